import { expect, test } from 'vitest'
import { startConformingServer } from './conforming-server.ts'
import { findProblems } from './snippets/check.ts'

test('the check snippet finds no problem of a conforming server, and names those of another envelope', async () => {
  expect(await findProblems(await startConformingServer('ai-api'))).toEqual([])
  const [firstProblem] = await findProblems(await startConformingServer('openai'))
  expect(firstProblem).toMatch(/^routing\/unknown-route: envelope: The body matches envelope openai/)
}, 60_000)
