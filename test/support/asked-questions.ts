/** Questions as agents ask them: for real OpenCodes, for recordings of them, and for pictures. */

export const DATABASE = {
  question: "Which database should the service use?",
  header: "Database",
  options: [
    { label: "PostgreSQL (Recommended)", description: "What the other services use" },
    { label: "SQLite", description: "One file, no server" },
  ],
};

/** Takes several answers. */
export const REGIONS = {
  question: "In which regions shall it run?",
  header: "Regions",
  multiple: true,
  options: [
    { label: "eu-central-1", description: "Frankfurt" },
    { label: "us-east-1", description: "Virginia" },
  ],
};
