import { createHash } from 'node:crypto'
import type { ReferenceEntry } from '../entry.ts'
import { getCodeLink } from '../labels.ts'
import type { Reference, ReferenceGroup } from '../reference.ts'
import { describeResponses } from '../sentences.ts'
import {
  renderCode,
  renderDefinition,
  renderEntry,
  renderExample,
  renderRetryBadge,
  renderSnippets,
  renderStatusBadge,
} from './entry-html.ts'
import { html, Markup } from './markup.ts'
import { script } from './script.ts'
import { style } from './style.ts'

/** Content Security Policy: loads nothing, and allows only the style sheet and script of the page. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${hashSource(style)}`,
  `script-src ${hashSource(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

// These are not html templates: the formatter would reformat the content and change its hash.
const STYLE = new Markup(`<style>${style}</style>`)
const SCRIPT = new Markup(`<script>${script}</script>`)

/** Inlined, since browsers would otherwise request /favicon.ico. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b5cd5'/%3E%3Cpath d='M9.5 2.5 4.5 9h3l-1 4.5 5-6.5h-3z' fill='%23fff'/%3E%3C/svg%3E"

/**
 * Renders a reference as one self-contained HTML page. The anchor of each code is the code. The page is complete without
 * its script, which adds search, a theme switch, tabs and copy buttons.
 */
export function toHtml(reference: Reference): string {
  const { title, groups } = reference
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${ICON}" />
        ${STYLE}${SCRIPT}
      </head>
      <body>
        <a class="skip" href="#page:codes">Skip to the codes</a>
        <header class="bar">
          <a class="brand" href="#page:top">${title}</a>
          <form class="search" role="search">
            <label class="unseen" for="page:search">Search codes</label>
            <input
              id="page:search"
              type="search"
              placeholder="Search by code, status or words"
              autocomplete="off"
              spellcheck="false"
              aria-keyshortcuts="/"
              aria-describedby="page:hits"
            />
            <kbd aria-hidden="true">/</kbd>
          </form>
          <output id="page:hits" class="hits" for="page:search"></output>
          <button class="theme" type="button" aria-pressed="false">
            <span class="unseen">Dark theme</span>
          </button>
        </header>
        <div class="page">
          <nav class="contents" aria-label="Codes">${groups.map(renderContents)}</nav>
          <main id="page:top">
            ${renderLead(reference)}
            <div id="page:codes">${groups.map(renderGroup)}</div>
            <p class="none" hidden>
              No matching codes. <button type="button" class="clear">Show all</button>
            </p>
          </main>
        </div>
      </body>
    </html> `
  return page.text
}

function renderContents({ title, entries }: ReferenceGroup): Markup {
  return html`<section>
    <h2>${title}</h2>
    <ul>
      ${entries.map(
        ({ code, statuses }) =>
          html`<li data-code="${code}">
            <a href="${getCodeLink(code)}"><code>${renderCode(code)}</code> <span>${statuses[0]}</span></a>
          </li>`,
      )}
    </ul>
  </section>`
}

function renderLead(reference: Reference): Markup {
  const { title, rules, notes, examples, client, groups } = reference
  return html`<div class="lead">
    <h1>${title}</h1>
    <dl class="reading">${describeResponses(reference).map(renderDefinition)}</dl>
    <section>
      <h2>All codes</h2>
      ${renderOverview(groups.flatMap(({ entries }) => entries))}
    </section>
    <section class="calling">
      <h2>Calling the API</h2>
      <p>Insert the snippet of an error below at the marked place.</p>
      ${renderSnippets(client, 'Calling the API')}
    </section>
    ${renderList('Rules', rules)}${renderList('Notes', notes)}
    ${
      examples.length === 0
        ? undefined
        : html`<section>
            <h2>Examples</h2>
            ${examples.map(renderExample)}
          </section>`
    }
  </div>`
}

function renderOverview(entries: readonly ReferenceEntry[]): Markup {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">Status</th>
        <th scope="col">Retry</th>
        <th scope="col">Message</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map(
        (entry) =>
          html`<tr>
            <td>
              <a href="${getCodeLink(entry.code)}"><code>${renderCode(entry.code)}</code></a>
            </td>
            <td>${entry.statuses.map(renderStatusBadge)}</td>
            <td>${renderRetryBadge(entry)}</td>
            <td>${entry.message}</td>
          </tr> `,
      )}
    </tbody>
  </table>`
}

function renderList(title: string, items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined
  return html`<section>
    <h2>${title}</h2>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </section>`
}

function renderGroup({ title, note, entries }: ReferenceGroup): Markup {
  return html`<section class="group">
    <h2>${title}</h2>
    ${note === undefined ? undefined : html`<p>${note}</p>`} ${entries.map(renderEntry)}
  </section> `
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
