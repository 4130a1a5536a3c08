import { linkTo } from './anchor.ts'
import type { ReferenceEntry, ReferenceExample } from './entry.ts'
import type { DocumentedExample } from './error-document.ts'
import { escaped } from './html-text.ts'
import { block, code, plain, sentence, sentences } from './markdown-text.ts'
import type { Reference } from './reference.ts'
import { kindsOf, marked, readingOf, retryOf } from './said.ts'
import { statusText } from './status-text.ts'

/** A reference as Markdown, as GitHub and most others read it. Each code has an anchor that is the code. */
export function toMarkdown(reference: Reference): string {
  const { title, rules, notes, samples, client, groups } = reference
  return `${[
    `# ${plain(title)}`,
    readingOf(reference)
      .map((told) => `- **${told.term}**: ${sentences(told.sentences)}`)
      .join('\n'),
    '## All codes',
    overview(groups.flatMap(({ entries }) => entries)),
    ...listed('Rules', rules),
    ...listed('Notes', notes),
    ...(samples.length === 0 ? [] : ['## Samples', ...samples.flatMap(sample)]),
    '## Calling the API',
    'The code of each error below goes where these say so.',
    ...snippets(client),
    ...groups.flatMap((group) => [
      `## ${plain(group.title)}`,
      ...(group.note === undefined ? [] : [plain(group.note)]),
      ...group.entries.flatMap(entry),
    ]),
  ].join('\n\n')}\n`
}

function overview(entries: readonly ReferenceEntry[]): string {
  const rows = entries.map(
    ({ code: wire, statuses, retryable, message }) =>
      `| [${code(wire)}](${linkTo(wire)}) | ${statuses.join(', ')} | ${retryable ? 'yes' : 'no'} | ${plain(message)} |`,
  )
  return ['| code | status | retry | message |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function listed(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map((item) => `- ${plain(item)}`).join('\n')]
}

function sample({ when, params, status, body }: DocumentedExample): string[] {
  const given = params === undefined ? '' : ` Given is ${code(JSON.stringify(params))}.`
  return [`${plain(when)}: **${status} ${plain(statusText(status))}**.${given}`, block('json', json(body))]
}

function entry(each: ReferenceEntry): string[] {
  const {
    code: wire,
    statuses,
    message,
    description,
    group,
    remedy,
    field,
    headers,
    samples,
    event,
    client,
  } = each
  const kinds = kindsOf(each)
  const facts = [
    `- **Status**: ${statuses.map((status) => `${status} ${plain(statusText(status))}`).join(', ')}`,
    ...(message === '' ? [] : [`- **Message**: ${plain(message)}`]),
    `- **Retry**: ${sentence(retryOf(each))}`,
    `- **What to do**: ${sentence(marked(remedy))}`,
    ...(field === undefined ? [] : [`- **Field**: ${code(field)}`]),
    ...(group === undefined ? [] : [`- **Group**: ${plain(group)}`]),
    ...(headers.length === 0 ? [] : ['- **Headers**:']),
    ...headers.map(
      ({ name, value, means, isPromised }) =>
        `  - ${code(value === undefined ? name : `${name}: ${value}`)} ${plain(means)}${isPromised ? ' It is always there.' : ''}`,
    ),
    ...(kinds.length === 0 ? [] : ['- **Sent for**:']),
    ...kinds.map((kind) => `  - ${code(kind.term)}: ${sentences(kind.sentences)}`),
  ]
  return [
    `### <a id="${escaped(wire)}"></a>${code(wire)}`,
    sentence(marked(description)),
    facts.join('\n'),
    ...samples.flatMap(answer),
    ...(event === undefined ? [] : ['In a stream:', block('text', event)]),
    ...snippets(client),
  ]
}

function answer({ status, body }: ReferenceExample): string[] {
  return [`Sent with ${status}:`, block('json', json(body))]
}

function snippets({ curl, typescript, python }: ReferenceEntry['client']): string[] {
  return [block('sh', curl), block('ts', typescript), block('python', python)]
}

function json(body: unknown): string {
  return JSON.stringify(body, null, 2)
}
