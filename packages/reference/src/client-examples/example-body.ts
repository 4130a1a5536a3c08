/** The request body of all client examples. */
export const EXAMPLE_BODY = { model: 'echo', messages: [{ role: 'user', content: 'Hello' }] }

/** Marks the line of the shared code where the snippet of a code belongs. */
export const INSERTION_MARK = 'Insert the snippet of an error here.'

/** The attempts of the examples if the document does not limit them. Equals the default of `@faultline/client`. */
export const DEFAULT_ATTEMPTS = 3
