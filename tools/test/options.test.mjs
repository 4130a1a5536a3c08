import { expect, test } from 'vitest'
import { formatPage, readOptions } from '../options.mjs'

const source = (members) => `export interface Options {\n${members}\n}\n`

test('an option has its description, type and default', () => {
  const text = source(`  /** The format. */\n  format: 'a' | 'b'
  /**
   * The name of this service,
   * sent as the origin. @default 'api'
   */
  serviceName?: string | undefined`)
  const options = readOptions('options.ts', text, 'Options')
  expect(options).toEqual([
    { name: 'format', type: "'a' | 'b'", isRequired: true, description: 'The format.', default: undefined },
    {
      name: 'serviceName',
      type: 'string',
      isRequired: false,
      description: 'The name of this service, sent as the origin.',
      default: "'api'",
    },
  ])
  expect(formatPage(options)).toContain('## `serviceName`\n\nThe name of this service, sent as the origin.\n')
})

test.each([
  ['without a doc comment', source('  name: string'), 'options.ts: the option name has no doc comment'],
  [
    'without a default',
    source('  /** A name. */\n  name?: string'),
    'options.ts: the option name has no @default',
  ],
  ['in another interface', 'export interface Other {}', 'options.ts: the interface Options was not found'],
])('an option %s is reported', (_, text, message) => {
  expect(() => readOptions('options.ts', text, 'Options')).toThrow(new Error(message))
})
