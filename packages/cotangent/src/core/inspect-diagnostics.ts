/** Diagnostics of pictures of a run (`cotangent/inspect`). */
export const inspectDiagnostics = {
  "trace-length": {
    title: "the run takes more than {} steps",
    why: "A trace has a row for each elementary step of the whole run, and both sweeps go through all of them.",
    instead: "Choose an argument with which loops are shorter, or trace a part of the program.",
  },
  "trace-place": {
    title: "there is no {}: {}",
    why: "Tangents are by one number of the arguments, cotangents of one number of the result.",
    instead: "Choose one of those, by its name or counted from 0.",
  },
} as const;
