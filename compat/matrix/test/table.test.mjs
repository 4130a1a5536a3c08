import { expect, test } from 'vitest'
import { formatCompatibility, formatPage } from '../table.mjs'

const results = [
  {
    framework: 'NestJS 11 on Express',
    which: 'lowest',
    versions: { '@nestjs/core': '11.0.0', rxjs: '7.1.0', express: '5.0.1' },
    passed: 8,
    failed: {},
    gaps: {
      'Nest calls pipeline().': ['response/stream-fails-first'],
      'Nest has no CONNECT.': ['routing/connect'],
    },
  },
  {
    framework: 'NestJS 11 on Express',
    which: 'newest',
    versions: { '@nestjs/core': '11.2.10', rxjs: '7.8.2', express: '5.2.1' },
    passed: 9,
    failed: {},
    gaps: { 'Nest has no CONNECT.': ['routing/connect'] },
  },
]

test('the table has the version of the framework and of its platform, and counts the scenarios', () => {
  expect(formatCompatibility(results)).toBe(`\
| framework            | lowest version        | passed  | newest version         | passed  |
| -------------------- | --------------------- | ------- | ---------------------- | ------- |
| NestJS 11 on Express | 11.0.0, express 5.0.1 | 8 of 10 | 11.2.10, express 5.2.1 | 9 of 10 |
`)
})

test('the page marks gaps that only the lowest version has', () => {
  const page = formatPage(results)
  expect(page).toContain('- Nest has no CONNECT. Scenarios: `routing/connect`.\n')
  expect(page).toContain(
    '- Nest calls pipeline(). Only in old versions, such as 11.0.0, express 5.0.1. Scenarios: `response/stream-fails-first`.\n',
  )
})
