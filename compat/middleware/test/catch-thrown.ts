/**
 * Calls a function that must fail.
 *
 * @returns The value that it has thrown or rejected with.
 * @throws Error if it succeeds.
 */
export async function catchThrown(fail: () => unknown): Promise<unknown> {
  try {
    await fail()
  } catch (thrown) {
    return thrown
  }
  throw new Error('The function did not fail')
}
