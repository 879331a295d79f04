/** The tests of transforms that need no programs, as `table-killers.ts` has those of the table. */
import "../../src/transform/flow.test.ts";
import "../../src/transform/reverse/augment.test.ts";
import "../../src/transform/reverse/augment-control.test.ts";
import "../../src/transform/reverse/flow-flags.test.ts";
import "../../src/transform/reverse/kept.test.ts";
import "../../src/transform/reverse/past-end.test.ts";
import "../../src/transform/reverse/steering.test.ts";
import "../../src/transform/tangent-types.test.ts";
