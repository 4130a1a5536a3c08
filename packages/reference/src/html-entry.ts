import { linkTo } from './anchor.ts'
import type { ReferenceEntry, ReferenceExample } from './entry.ts'
import type { DocumentedExample } from './error-document.ts'
import type { ReferenceHeader } from './headers-sent.ts'
import { highlighted } from './highlight.ts'
import { html, type Markup } from './html-text.ts'
import { kindsOf, marked, retryOf, type Sentence, type Told } from './said.ts'
import { statusText } from './status-text.ts'

/** One code: what is told of it, and beside it what it looks like. */
export function entryHtml(entry: ReferenceEntry): Markup {
  const { code, statuses, description, samples, event, client } = entry
  return html`<article class="entry" id="${code}">
    <div class="told">
      <h3>
        <a class="anchor" href="${linkTo(code)}"><code data-find>${wireHtml(code)}</code></a>
      </h3>
      <p class="badges">
        ${statuses.map((status) => html`<span class="status ${classOf(status)}" data-find>${status} ${statusText(status)}</span> `)}${retryBadge(entry)}
      </p>
      <p class="description" data-find>${sentenceHtml(marked(description))}</p>
      <dl>${facts(entry)}</dl>
    </div>
    <div class="code">${samples.map(answer)}${snippetsHtml(client, code, event)}</div>
  </article> `
}

function facts(entry: ReferenceEntry): Markup {
  const { message, remedy, field, group, headers } = entry
  const kinds = kindsOf(entry)
  return html`${
      message === ''
        ? undefined
        : html`<dt>Message</dt>
            <dd data-find>${message}</dd>`
    }
    <dt>What to do</dt>
    <dd>${sentenceHtml(marked(remedy))}</dd>
    <dt>Retry</dt>
    <dd>${sentenceHtml(retryOf(entry))}</dd>
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
                ${headers.map(header)}
              </ul>
            </dd>`
    }
    ${
      kinds.length === 0
        ? undefined
        : html`<dt>Sent for</dt>
            <dd>
              <ul>
                ${kinds.map(kind)}
              </ul>
            </dd>`
    }`
}

function header({ name, value, means, isPromised }: ReferenceHeader): Markup {
  const line = value === undefined ? name : `${name}: ${value}`
  return html`<li><code>${line}</code> ${means}${isPromised ? ' It is always there.' : undefined}</li>`
}

function kind({ term, sentences }: Told): Markup {
  return html`<li>
    <code data-find>${wireHtml(term)}</code> ${sentences.map((each) => html`${sentenceHtml(each)} `)}
  </li>`
}

/** A term of a list, and what is told of it. */
export function toldHtml({ term, sentences }: Told): Markup {
  return html`<dt>${term}</dt>
    <dd>${sentences.map((each) => html`${sentenceHtml(each)} `)}</dd>`
}

function sentenceHtml(pieces: Sentence): Markup {
  return html`${pieces.map((piece) => (typeof piece === 'string' ? piece : html`<code>${piece.code}</code>`))}`
}

/** An answer that the document shows. */
export function sampleHtml({ when, params, status, body }: DocumentedExample): Markup {
  return html`<div class="sample">
    <p>
      ${when}${params === undefined ? undefined : html` <span class="given">Given is <code>${JSON.stringify(params)}</code>.</span>`}
    </p>
    ${answer({ status, body })}
  </div>`
}

function answer({ status, body }: Omit<ReferenceExample, 'kind'>): Markup {
  return snippet('json', `${status} ${statusText(status)}`, JSON.stringify(body, null, 2))
}

/** Code to copy, one piece of it at a time where there is a script. */
export function snippetsHtml(client: ReferenceEntry['client'], of: string, event?: string): Markup {
  return html`<div class="choice" data-of="${of}">
    ${panel('curl', 'curl', client.curl)} ${panel('typescript', 'TypeScript', client.typescript)}
    ${panel('python', 'Python', client.python)}
    ${event === undefined ? undefined : panel('stream', 'Stream', event.trimEnd())}
  </div>`
}

function panel(language: string, title: string, code: string): Markup {
  return html`<div class="panel" data-language="${language}">${snippet(language, title, code)}</div>`
}

function snippet(language: string, title: string, code: string): Markup {
  return html`<figure data-language="${language}">
    <figcaption>${title}</figcaption>
    <pre><code>${highlighted(language, code)}</code></pre>
  </figure>`
}

/** A code that may break where its words end. */
export function wireHtml(wire: string): Markup {
  return html`${wire.split(/(?<=[_-])/).map((word, at) => (at === 0 ? word : html`<wbr />${word}`))}`
}

/** A status, coloured by whose fault it tells of. */
export function statusBadge(status: number): Markup {
  return html`<span class="status ${classOf(status)}">${status}</span> `
}

/** Whether to try again, in a word. */
export function retryBadge({ retryable }: Pick<ReferenceEntry, 'retryable'>): Markup {
  return retryable ? html`<span class="retry may">Retry</span>` : html`<span class="retry">No retry</span>`
}

function classOf(status: number): string {
  return status < 500 ? 'client' : 'server'
}
