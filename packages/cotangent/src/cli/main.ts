// The program behind the `cotangent` command; it runs on import.
console.error("cotangent: no command is built yet");
process.exitCode = 2;

export {};
