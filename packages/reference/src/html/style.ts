/** Style sheet of the page: any screen width, light and dark, and print. */
export const style = String.raw`
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #0e1217);
  --raised: light-dark(#f6f8fa, #151b23);
  --text: light-dark(#1b2430, #e3e8ef);
  --quiet: light-dark(#536171, #a0acba);
  --line: light-dark(#e2e7ed, #28303b);
  --link: light-dark(#0b5cd5, #7db3ff);
  --mark: light-dark(#eaf2ff, #14243d);
  --client: light-dark(#8a4a00, #f2b866);
  --client-back: light-dark(#fff3e0, #33240f);
  --server: light-dark(#ad2121, #ff9c94);
  --server-back: light-dark(#fdecea, #391918);
  --may: light-dark(#0d6a3c, #7bd3a3);
  --may-back: light-dark(#e5f6ec, #102a1d);
  --name: light-dark(#0a4fa8, #8fc1ff);
  --string: light-dark(#0d6a3c, #98d9b0);
  --word: light-dark(#8a2f9e, #dba6ee);
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
  --bar: 3.5rem;
  scroll-padding-top: calc(var(--bar) - 1px);
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.6 var(--sans); text-size-adjust: 100%; overflow-wrap: break-word; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, pre, kbd { font-family: var(--mono); font-size: 0.875em; }
dd code, p code { background: var(--raised); border-radius: 4px; padding: 0.1em 0.35em; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.25; letter-spacing: -0.02em; margin: 0 0 1.5rem; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; margin: 0 0 0.75rem; }
h3 { font-size: 1.05rem; line-height: 1.4; margin: 0 0 0.5rem; }
p { margin: 0 0 0.75rem; }
ul { margin: 0; padding-left: 1.1rem; }
li { margin: 0.15rem 0; }
button { font: inherit; color: inherit; cursor: pointer; }

.skip { position: absolute; left: 1rem; top: -4rem; z-index: 3; background: var(--page); padding: 0.5rem 1rem; border-radius: 6px; }
.skip:focus { top: 0.5rem; }
.bar { position: sticky; top: 0; z-index: 2; height: var(--bar); display: none; align-items: center; gap: 1rem; padding: 0 1.5rem; background: var(--page); border-bottom: 1px solid var(--line); }
.js .bar { display: flex; }
.brand { font-weight: 600; color: var(--text); text-decoration: none; flex: 0 1 auto; min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.search { position: relative; flex: 0 1 24rem; margin-left: auto; }
.search input { width: 100%; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 0.35rem 2.2rem 0.35rem 0.8rem; appearance: none; }
.search input::placeholder { color: var(--quiet); opacity: 1; }
.search kbd { position: absolute; right: 0.6rem; top: 50%; translate: 0 -50%; color: var(--quiet); border: 1px solid var(--line); border-radius: 4px; padding: 0 0.4em; pointer-events: none; background: var(--page); line-height: 1.5; }
.search input:not(:placeholder-shown) + kbd { display: none; }
.hits { color: var(--quiet); font-size: 0.85rem; white-space: nowrap; }
.hits:empty { display: none; }
.theme { flex: none; width: 2.25rem; height: 2.25rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); display: grid; place-items: center; }
.theme::before { content: ''; width: 1rem; height: 1rem; border-radius: 50%; border: 1.5px solid currentColor; background: linear-gradient(90deg, currentColor 50%, transparent 50%); }

.page { max-width: 92rem; margin: 0 auto; }
main { padding: 2.5rem 1.5rem 6rem; min-width: 0; }
.contents { display: none; }
.contents h2 { font-size: 0.78rem; font-weight: 600; letter-spacing: 0; color: var(--quiet); margin: 1.5rem 0 0.35rem; padding: 0 0.5rem; }
.contents ul { list-style: none; padding: 0; }
.contents li { margin: 0; }
.contents a { display: flex; align-items: baseline; justify-content: space-between; gap: 0.75rem; padding: 0.2rem 0.5rem; border-radius: 6px; color: var(--text); text-decoration: none; font-size: 0.82rem; }
.contents a code { overflow-wrap: anywhere; min-width: 0; }
.contents a span { color: var(--quiet); font-variant-numeric: tabular-nums; }
.contents a:hover { background: var(--raised); }
.contents a[aria-current] { background: var(--mark); color: var(--link); }

.filtered .lead { display: none; }
.lead > section { margin-top: 2.75rem; }
.reading { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.5rem 1.5rem; margin: 0; max-width: 60rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: 0.85rem; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td a { text-decoration: none; }
td a:hover { text-decoration: underline; }
td:nth-child(-n + 3) { white-space: nowrap; }
td code { white-space: normal; }

.group { padding-top: 3rem; }
.group > h2 { font-size: 1.4rem; }
.filtered .group { padding-top: 1rem; }
.entry { padding: 2rem 0; border-top: 1px solid var(--line); scroll-margin-top: 0; }
.entry:target { box-shadow: -1.5rem 0 0 var(--page), -1.65rem 0 0 var(--link); }
.entry:target h3 code { background: var(--mark); border-radius: 4px; box-shadow: 0 0 0 0.3em var(--mark); }
.anchor { color: var(--text); text-decoration: none; }
.anchor:hover { color: var(--link); }
.anchor::after { content: ' #'; color: var(--quiet); opacity: 0; }
.anchor:hover::after, .anchor:focus-visible::after { opacity: 1; }
.anchor code { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
.badges { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.status, .retry { display: inline-block; font-size: 0.8rem; line-height: 1.5; font-weight: 500; padding: 0.05rem 0.5rem; border-radius: 6px; white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--quiet); background: var(--raised); }
.status.client { color: var(--client); background: var(--client-back); }
.status.server { color: var(--server); background: var(--server-back); }
.retry.may { color: var(--may); background: var(--may-back); }
.description { font-size: 1.05rem; }
.facts dl { margin: 1.25rem 0 0; }
.facts dt { font-size: 0.85rem; margin-top: 0.75rem; }
.facts ul { list-style: none; padding: 0; }
.facts li { margin: 0.35rem 0; }

figure { position: relative; margin: 0 0 0.75rem; background: var(--raised); border: 1px solid var(--line); border-radius: 10px; }
figcaption { padding: 0.45rem 5rem 0.45rem 0.9rem; font-size: 0.8rem; color: var(--quiet); border-bottom: 1px solid var(--line); }
pre { margin: 0; padding: 0.8rem 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.55; tab-size: 2; }
pre code { font-size: 0.8rem; }
pre .name { color: var(--name); }
pre .text { color: var(--string); }
pre .word { color: var(--word); }
pre .comment { color: var(--quiet); }
.copy { position: absolute; top: 0.3rem; right: 0.4rem; border: 0; background: none; color: var(--quiet); font-size: 0.8rem; padding: 0.15rem 0.5rem; border-radius: 6px; }
.copy:hover { color: var(--link); }
.tabs { display: flex; gap: 0.15rem; position: relative; z-index: 1; padding: 0.3rem 5rem 0.3rem 0.5rem; background: var(--raised); border: 1px solid var(--line); border-radius: 10px 10px 0 0; }
.tabs button { border: 0; background: none; color: var(--quiet); font-size: 0.8rem; padding: 0.15rem 0.5rem; border-radius: 6px; white-space: nowrap; }
.tabs button:hover { color: var(--text); }
.tabs button[aria-selected='true'] { color: var(--text); background: var(--page); box-shadow: 0 0 0 1px var(--line); }
.js .choice figure { border-top: 0; border-radius: 0 0 10px 10px; }
.js .choice figcaption { display: none; }
.js .choice .copy { top: -2.05rem; z-index: 2; }
.example { max-width: 48rem; margin-top: 1rem; }
.none { padding: 3rem 0; }
.none button { border: 0; background: none; color: var(--link); text-decoration: underline; padding: 0; }

@media (min-width: 62rem) {
  .page { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); }
  .contents { display: block; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 0.5rem 1rem 2rem; scrollbar-width: thin; }
  .js .contents { top: var(--bar); max-height: calc(100vh - var(--bar)); }
  main { padding-inline: 3rem; border-left: 1px solid var(--line); min-height: calc(100vh - var(--bar)); }
  .entry { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 2.5rem; }
}
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 4rem; }
  .bar { padding: 0 1rem; gap: 0.6rem; }
  .brand, .search kbd { display: none; }
  .search { flex: 1; }
  h1 { font-size: 1.5rem; }
  .reading { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .reading dt { margin-top: 0.75rem; font-size: 0.85rem; }
  th:nth-child(4), td:nth-child(4) { display: none; }
  th:nth-child(3), td:nth-child(3) { padding-right: 0; text-align: right; }
  td:first-child { white-space: normal; }
  .entry:target { box-shadow: -1rem 0 0 var(--page), -1.2rem 0 0 var(--link); }
  .code { margin-top: 1.25rem; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; font-size: 70%; }
  @page { margin: 16mm 14mm; }
  body { font-size: 9pt; line-height: 1.4; }
  .bar, .js .bar, .contents, .skip, .tabs, .copy, .none, .filtered .none { display: none !important; }
  .page, .entry { display: block; }
  main { padding: 0; border: 0; }
  .lead, .filtered .lead, .entry[hidden], .group[hidden], .panel[hidden] { display: block !important; }
  a { color: inherit; text-decoration: none; }
  .anchor::after { content: none; }
  .entry { padding: 0.75rem 0 0.5rem; break-inside: avoid; }
  .facts p { margin-bottom: 0.4rem; }
  .entry:target { box-shadow: none; }
  .entry:target h3 code { background: none; box-shadow: none; }
  h1, h2, h3, dt, figcaption, thead { break-after: avoid; }
  .group { padding-top: 1.5rem; }
  figure, tr, li, .example { break-inside: avoid; }
  figure, .js .choice figure { background: none; border: 1px solid var(--line); border-radius: 4px; margin: 0 0 0.4rem; }
  .js .choice figcaption { display: block; }
  figcaption { padding: 0.15rem 0.6rem; }
  pre { padding: 0.25rem 0.5rem; line-height: 1.35; }
  pre code { font-size: 7pt; }
  .calling figure { break-inside: auto; }
  .entry .code { columns: 2; column-gap: 0.5rem; }
  .facts dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.15rem 0.75rem; margin: 0.5rem 0; }
  .facts dt { margin: 0; }
  dt, .facts dt, figcaption, .status, .retry { font-size: 8pt; }
  .facts li { margin: 0; }
}
`
