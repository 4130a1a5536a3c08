import { expect, test } from 'vitest'
import { parseCommand } from '../src/selection.ts'

test('without options the whole matrix is selected', () => {
  const { selection, isComplete, isCheck } = parseCommand([])
  expect(selection.dialects).toContain('openai-responses')
  expect(selection.frameworks).toContain('nestjs-fastify')
  expect(selection.sdks).toContain('codex')
  expect({ isComplete, isCheck, isQuick: selection.isQuick }).toEqual({
    isComplete: true,
    isCheck: false,
    isQuick: false,
  })
})

test('options select a part, which is not written to the page', () => {
  const args = [
    '--dialect',
    'google',
    '--framework',
    'koa',
    '--framework',
    'hono',
    '--client',
    'ai-7',
    '--quick',
  ]
  expect(parseCommand(args)).toEqual({
    selection: { dialects: ['google'], frameworks: ['koa', 'hono'], sdks: ['ai-7'], isQuick: true },
    isComplete: false,
    isCheck: false,
  })
})

test.each([
  [['--dialect', 'opnai'], '--dialect: unknown opnai; use one of openai, openai-responses, '],
  [['--framework', 'next'], '--framework: unknown next; use one of node, express, '],
  [['--client', 'gpt'], '--client: unknown gpt; use one of openai-7, openai-6, '],
  [
    ['--client', 'codex', '--dialect', 'google'],
    '--client codex does not read --dialect google; dialects of ',
  ],
  [['--check', '--quick'], '--check compares the page with the whole matrix; '],
  [['--fast'], "Unknown option '--fast'"],
])('%j is an error with the values that are possible', (args, message) => {
  expect(() => parseCommand(args)).toThrow(message)
})
