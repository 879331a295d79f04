/** The tests of transforms that need no programs, as `table-killers.ts` has those of the table. */
import "../../src/transform/reverse/flow.test.ts";
