import type { ReferenceEntry, ReferenceExample } from '../entry.ts'
import type { DocumentedExample } from '../error-document.ts'
import { escapeHtml } from '../html/markup.ts'
import { getCodeLink, getStatusText } from '../labels.ts'
import type { Reference } from '../reference.ts'
import { describeErrorTypes, describeResponses, describeRetry, parseBackticks } from '../sentences.ts'
import { escapeMarkdown, formatBlock, formatCode, formatSentence, formatSentences } from './escape.ts'

/** Renders a reference as GitHub Flavored Markdown. The anchor of each code is the code. */
export function toMarkdown(reference: Reference): string {
  const { title, rules, notes, examples, client, groups } = reference
  return `${[
    `# ${escapeMarkdown(title)}`,
    describeResponses(reference)
      .map(({ term, sentences }) => `- **${term}**: ${formatSentences(sentences)}`)
      .join('\n'),
    '## All codes',
    formatOverview(groups.flatMap(({ entries }) => entries)),
    ...formatList('Rules', rules),
    ...formatList('Notes', notes),
    ...(examples.length === 0 ? [] : ['## Examples', ...examples.flatMap(formatExample)]),
    '## Calling the API',
    'Insert the snippet of an error below at the marked place.',
    ...formatSnippets(client),
    ...groups.flatMap((group) => [
      `## ${escapeMarkdown(group.title)}`,
      ...(group.note === undefined ? [] : [escapeMarkdown(group.note)]),
      ...group.entries.flatMap(formatEntry),
    ]),
  ].join('\n\n')}\n`
}

function formatOverview(entries: readonly ReferenceEntry[]): string {
  const rows = entries.map(
    ({ code, statuses, retryable, message }) =>
      `| [${formatCode(code)}](${getCodeLink(code)}) | ${statuses.join(', ')} | ${retryable ? 'yes' : 'no'} | ${escapeMarkdown(message)} |`,
  )
  return ['| code | status | retry | message |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function formatList(title: string, items: readonly string[]): string[] {
  return items.length === 0
    ? []
    : [`## ${title}`, items.map((item) => `- ${escapeMarkdown(item)}`).join('\n')]
}

function formatExample({ when, params, status, body }: DocumentedExample): string[] {
  const parameters = params === undefined ? '' : ` Request parameters: ${formatCode(JSON.stringify(params))}.`
  return [
    `${escapeMarkdown(when)}: **${status} ${escapeMarkdown(getStatusText(status))}**.${parameters}`,
    formatBlock('json', formatJson(body)),
  ]
}

function formatEntry(entry: ReferenceEntry): string[] {
  const { code, statuses, message, description, group, remedy, field, headers, examples, event, client } =
    entry
  const errorTypes = describeErrorTypes(entry)
  const facts = [
    `- **Status**: ${statuses.map((status) => `${status} ${escapeMarkdown(getStatusText(status))}`).join(', ')}`,
    ...(message === '' ? [] : [`- **Message**: ${escapeMarkdown(message)}`]),
    `- **Retry**: ${formatSentence(describeRetry(entry))}`,
    `- **What to do**: ${formatSentence(parseBackticks(remedy))}`,
    ...(field === undefined ? [] : [`- **Field**: ${formatCode(field)}`]),
    ...(group === undefined ? [] : [`- **Group**: ${escapeMarkdown(group)}`]),
    ...(headers.length === 0 ? [] : ['- **Headers**:']),
    ...headers.map(
      (header) =>
        `  - ${formatCode(header.value === undefined ? header.name : `${header.name}: ${header.value}`)} ${escapeMarkdown(header.description)}${header.isGuaranteed ? ' Always present.' : ''}`,
    ),
    ...(errorTypes.length === 0 ? [] : ['- **Causes**:']),
    ...errorTypes.map(({ term, sentences }) => `  - ${formatCode(term)}: ${formatSentences(sentences)}`),
  ]
  return [
    `### <a id="${escapeHtml(code)}"></a>${formatCode(code)}`,
    formatSentence(parseBackticks(description)),
    facts.join('\n'),
    ...examples.flatMap(formatResponse),
    ...(event === undefined ? [] : ['In a stream:', formatBlock('text', event)]),
    ...formatSnippets(client),
  ]
}

function formatResponse({ status, body }: ReferenceExample): string[] {
  return [`Response with status ${status}:`, formatBlock('json', formatJson(body))]
}

function formatSnippets({ curl, typescript, python }: ReferenceEntry['client']): string[] {
  return [formatBlock('sh', curl), formatBlock('ts', typescript), formatBlock('python', python)]
}

function formatJson(body: unknown): string {
  return JSON.stringify(body, null, 2)
}
