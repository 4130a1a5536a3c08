import { defineEnvelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { buildReference, toHtml, toMarkdown } from '../src/index.ts'
import { escapeMarkdown, formatBlock, formatCode } from '../src/markdown/escape.ts'
import { parseHtml, parseMarkdown } from './page.ts'

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)> "'\`|*_[a](b)_ \\ &amp; {c} \`\`\` # ~`

const hostile = defineEnvelope({
  id: 'hostile',
  title: HOSTILE,
  codes: { [HOSTILE]: { status: 404, message: HOSTILE } },
  mapping: { default: HOSTILE, not_found: HOSTILE },
  renderBody: ({ code: name, message }) => ({ [HOSTILE]: name, message }),
  parseBody: ({ [HOSTILE]: name, message }) => ({ code: name as string, message: message as string }),
})

const reference = buildReference(hostile, {
  title: HOSTILE,
  errors: ['not_found'],
  document: {
    title: HOSTILE,
    auth: { header: 'X-Key', scheme: HOSTILE },
    codes: [
      {
        wire: HOSTILE,
        status: 404,
        message: HOSTILE,
        description: HOSTILE,
        remedy: HOSTILE,
        group: HOSTILE,
        field: HOSTILE,
        headers: [HOSTILE],
      },
    ],
    rules: [HOSTILE],
    notes: [HOSTILE],
    examples: [{ when: HOSTILE, params: { a: HOSTILE }, status: 404, body: { a: HOSTILE } }],
  },
})

describe('HTML', () => {
  const page = toHtml(reference)

  test('contains no tags or attributes from the input', () => {
    expect(page.match(/<script\b/g)).toHaveLength(1)
    expect(page.match(/<\/script>/g)).toHaveLength(1)
    expect(page).not.toContain('<img')
    const body = page.slice(page.indexOf('<body'))
    const attributes = [...body.matchAll(/<[a-z][^>]*>/g)].flatMap(
      ([tag]) => tag.replaceAll(/"[^"]*"/g, '').match(/ [^\s"=]+(?==)/g) ?? [],
    )
    expect(attributes.filter((name) => name.startsWith(' on') || name === ' style')).toEqual([])
  })

  test('shows the input unchanged', () => {
    const { entries } = parseHtml(page)
    const { text, bodies } = entries.get(HOSTILE)!
    expect(text.split('alert(1)').length).toBeGreaterThan(10)
    expect(bodies).toEqual([{ [HOSTILE]: HOSTILE, message: HOSTILE }])
  })

  test('allows only its style sheet and script in its policy', () => {
    const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)!
    expect(policy!.replaceAll('&#39;', "'")).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/]+='; script-src 'sha256-[\w+/]+='; base-uri 'none'; form-action 'none'$/,
    )
  })
})

describe('Markdown', () => {
  const page = toMarkdown(reference)

  test('contains only anchor tags outside of code', () => {
    const prose = page
      .replaceAll(/^(`{3,})[^]*?\n\1$/gm, '')
      .replaceAll(/(?<![\\`])(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '')
    const tags = prose.match(/(?<!\\)<[a-z/!][^>]*>/gi) ?? []
    expect(tags.filter((tag) => !/^<\/?a(?: id="[^"<>]*")?>$/.test(tag))).toEqual([])
  })

  test('keeps table cells and list items intact', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| '))
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5)
    const { statuses, facts } = parseMarkdown(page).entries.get(HOSTILE)!
    expect([statuses, [...facts.keys()]]).toEqual([
      [404],
      ['Status', 'Message', 'Retry', 'What to do', 'Field', 'Group', 'Headers', 'Causes'],
    ])
  })

  test.each([
    ['a\n# b', 'a # b'],
    ['# b', String.raw`\# b`],
    ['- b', String.raw`\- b`],
    ['1. b', String.raw`1\. b`],
    ['snake_case_name _b_', String.raw`snake_case_name \_b\_`],
    ['a|b*c*<d>', String.raw`a\|b\*c\*\<d\>`],
    ['a & b &lt; c', String.raw`a & b \&lt; c`],
  ])('escapes %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped)
  })

  test('allows backticks in code', () => {
    expect(['a', 'a`b', '`', 'a\nb', 'a|b'].map(formatCode)).toEqual([
      '`a`',
      '``a`b``',
      '`` ` ``',
      '`a b`',
      String.raw`${'`'}a\|b${'`'}`,
    ])
    expect(formatBlock('ts', '```\nx\n````')).toBe('`````ts\n```\nx\n````\n`````')
  })
})
