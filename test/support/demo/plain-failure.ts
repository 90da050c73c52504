/** What went wrong, in words for the person who started the demo: it is said without a stack trace. */
export class PlainFailure extends Error {}
