/** The request body of all client examples. */
export const EXAMPLE_BODY = { model: 'echo', messages: [{ role: 'user', content: 'Hello' }] }

/** Marks the line of the shared code where the snippet of a code belongs. */
export const INSERTION_MARK = 'Insert the snippet of an error here.'
