import type { ReferenceEntry, ReferenceExample } from '../entry.ts'
import type { DocumentedExample } from '../error-document.ts'
import type { ReferenceHeader } from '../headers.ts'
import { getCodeLink, getStatusText } from '../labels.ts'
import {
  describeErrorTypes,
  describeRetry,
  parseBackticks,
  type Definition,
  type Sentence,
} from '../sentences.ts'
import { highlight } from './highlight.ts'
import { html, type Markup } from './markup.ts'

/** Renders one code: its facts on the left, examples on the right. */
export function renderEntry(entry: ReferenceEntry): Markup {
  const { code, statuses, description, examples, event, client } = entry
  return html`<article class="entry" id="${code}">
    <div class="facts">
      <h3>
        <a class="anchor" href="${getCodeLink(code)}"><code data-find>${renderCode(code)}</code></a>
      </h3>
      <p class="badges">
        ${statuses.map((status) => html`<span class="status ${getStatusClass(status)}" data-find>${status} ${getStatusText(status)}</span> `)}${renderRetryBadge(entry)}
      </p>
      <p class="description" data-find>${renderSentence(parseBackticks(description))}</p>
      <dl>${renderFacts(entry)}</dl>
    </div>
    <div class="code">${examples.map(renderResponse)}${renderSnippets(client, code, event)}</div>
  </article> `
}

function renderFacts(entry: ReferenceEntry): Markup {
  const { message, remedy, field, group, headers } = entry
  const errorTypes = describeErrorTypes(entry)
  return html`${
      message === ''
        ? undefined
        : html`<dt>Message</dt>
            <dd data-find>${message}</dd>`
    }
    <dt>What to do</dt>
    <dd>${renderSentence(parseBackticks(remedy))}</dd>
    <dt>Retry</dt>
    <dd>${renderSentence(describeRetry(entry))}</dd>
    ${
      field === undefined
        ? undefined
        : html`<dt>Field</dt>
            <dd><code data-find>${field}</code></dd>`
    }
    ${
      group === undefined
        ? undefined
        : html`<dt>Group</dt>
            <dd>${group}</dd>`
    }
    ${
      headers.length === 0
        ? undefined
        : html`<dt>Headers</dt>
            <dd>
              <ul>
                ${headers.map(renderHeader)}
              </ul>
            </dd>`
    }
    ${
      errorTypes.length === 0
        ? undefined
        : html`<dt>Causes</dt>
            <dd>
              <ul>
                ${errorTypes.map(renderErrorType)}
              </ul>
            </dd>`
    }`
}

function renderHeader({ name, value, description, isGuaranteed }: ReferenceHeader): Markup {
  const line = value === undefined ? name : `${name}: ${value}`
  return html`<li><code>${line}</code> ${description}${isGuaranteed ? ' Always present.' : undefined}</li>`
}

function renderErrorType({ term, sentences }: Definition): Markup {
  return html`<li>
    <code data-find>${renderCode(term)}</code>
    ${sentences.map((sentence) => html`${renderSentence(sentence)} `)}
  </li>`
}

/** Renders a term and its description in a description list. */
export function renderDefinition({ term, sentences }: Definition): Markup {
  return html`<dt>${term}</dt>
    <dd>${sentences.map((sentence) => html`${renderSentence(sentence)} `)}</dd>`
}

function renderSentence(pieces: Sentence): Markup {
  return html`${pieces.map((piece) => (typeof piece === 'string' ? piece : html`<code>${piece.code}</code>`))}`
}

/** Renders an example of the document. */
export function renderExample({ when, params, status, body }: DocumentedExample): Markup {
  return html`<div class="example">
    <p>
      ${when}${params === undefined ? undefined : html` Request parameters: <code>${JSON.stringify(params)}</code>.`}
    </p>
    ${renderResponse({ status, body })}
  </div>`
}

function renderResponse({ status, body }: Omit<ReferenceExample, 'errorCode'>): Markup {
  return renderSnippet('json', `${status} ${getStatusText(status)}`, JSON.stringify(body, null, 2))
}

/** Renders code to copy. The script of the page turns the panels into tabs. */
export function renderSnippets(client: ReferenceEntry['client'], label: string, event?: string): Markup {
  return html`<div class="choice" data-label="${label}">
    ${renderPanel('curl', 'curl', client.curl)} ${renderPanel('typescript', 'TypeScript', client.typescript)}
    ${renderPanel('python', 'Python', client.python)}
    ${event === undefined ? undefined : renderPanel('stream', 'Stream', event.trimEnd())}
  </div>`
}

function renderPanel(language: string, title: string, code: string): Markup {
  return html`<div class="panel" data-language="${language}">${renderSnippet(language, title, code)}</div>`
}

function renderSnippet(language: string, title: string, code: string): Markup {
  return html`<figure data-language="${language}">
    <figcaption>${title}</figcaption>
    <pre><code>${highlight(language, code)}</code></pre>
  </figure>`
}

/** Renders a code that may wrap after each word. */
export function renderCode(code: string): Markup {
  return html`${code.split(/(?<=[_-])/).map((word, index) => (index === 0 ? word : html`<wbr />${word}`))}`
}

/** Renders a status, colored by client or server error. */
export function renderStatusBadge(status: number): Markup {
  return html`<span class="status ${getStatusClass(status)}">${status}</span> `
}

/** Renders whether the error is retryable. */
export function renderRetryBadge({ retryable }: Pick<ReferenceEntry, 'retryable'>): Markup {
  return retryable ? html`<span class="retry may">Retry</span>` : html`<span class="retry">No retry</span>`
}

function getStatusClass(status: number): string {
  return status < 500 ? 'client' : 'server'
}
