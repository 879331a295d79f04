/** The tests of the rule table, as a module: loading it runs them, and throws what the first failure says. */
import "../../src/elementals/identities-applied.test.ts";
import "../../src/elementals/elementals.test.ts";
import "../../src/elementals/identities.test.ts";
