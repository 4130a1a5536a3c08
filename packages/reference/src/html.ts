import { createHash } from 'node:crypto'
import { linkTo } from './anchor.ts'
import type { ReferenceEntry } from './entry.ts'
import {
  entryHtml,
  retryBadge,
  sampleHtml,
  snippetsHtml,
  statusBadge,
  toldHtml,
  wireHtml,
} from './html-entry.ts'
import { script } from './html-script.ts'
import { style } from './html-style.ts'
import { html, Markup } from './html-text.ts'
import type { Reference, ReferenceGroup } from './reference.ts'
import { readingOf } from './said.ts'

/** Nothing is loaded, and nothing runs but what is here. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

// What is hashed stands between its tags as it is: not in a template, which is laid out anew.
const STYLE = new Markup(`<style>${style}</style>`)
const SCRIPT = new Markup(`<script>${script}</script>`)

/** Kept here, or a browser would ask the server for one. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b5cd5'/%3E%3Cpath d='M9.5 2.5 4.5 9h3l-1 4.5 5-6.5h-3z' fill='%23fff'/%3E%3C/svg%3E"

/**
 * A reference as one HTML page that needs nothing but itself. Each code has an anchor that is the code. Without its
 * script all is shown; with it, it can be searched, and is light or dark as its reader likes.
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
          <nav class="contents" aria-label="Codes">${groups.map(contents)}</nav>
          <main id="page:top">
            ${lead(reference)}
            <div id="page:codes">${groups.map(group)}</div>
            <p class="none" hidden>No code fits. <button type="button" class="clear">Show all</button></p>
          </main>
        </div>
      </body>
    </html> `
  return page.text
}

function contents({ title, entries }: ReferenceGroup): Markup {
  return html`<section>
    <h2>${title}</h2>
    <ul>
      ${entries.map(
        ({ code, statuses }) =>
          html`<li data-code="${code}">
            <a href="${linkTo(code)}"><code>${wireHtml(code)}</code> <span>${statuses[0]}</span></a>
          </li>`,
      )}
    </ul>
  </section>`
}

function lead(reference: Reference): Markup {
  const { title, rules, notes, samples, client, groups } = reference
  return html`<div class="lead">
    <h1>${title}</h1>
    <dl class="reading">${readingOf(reference).map(toldHtml)}</dl>
    <section>
      <h2>All codes</h2>
      ${overview(groups.flatMap(({ entries }) => entries))}
    </section>
    <section class="calling">
      <h2>Calling the API</h2>
      <p>The code of each error below goes where this says so.</p>
      ${snippetsHtml(client, 'Calling the API')}
    </section>
    ${listed('Rules', rules)}${listed('Notes', notes)}
    ${
      samples.length === 0
        ? undefined
        : html`<section>
            <h2>Samples</h2>
            ${samples.map(sampleHtml)}
          </section>`
    }
  </div>`
}

function overview(entries: readonly ReferenceEntry[]): Markup {
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
              <a href="${linkTo(entry.code)}"><code>${wireHtml(entry.code)}</code></a>
            </td>
            <td>${entry.statuses.map(statusBadge)}</td>
            <td>${retryBadge(entry)}</td>
            <td>${entry.message}</td>
          </tr> `,
      )}
    </tbody>
  </table>`
}

function listed(title: string, items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined
  return html`<section>
    <h2>${title}</h2>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </section>`
}

function group({ title, note, entries }: ReferenceGroup): Markup {
  return html`<section class="group">
    <h2>${title}</h2>
    ${note === undefined ? undefined : html`<p>${note}</p>`} ${entries.map(entryHtml)}
  </section> `
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
