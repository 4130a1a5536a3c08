/** Script of the page: search, theme, tabs and copy buttons. It runs in the head, so that a stored theme applies before the first paint. */
export const script = String.raw`
(() => {
  'use strict'
  const root = document.documentElement
  root.classList.add('js')

  // Storage may be unavailable for a page in a file or a frame.
  const store = (name, value) => { try { localStorage.setItem(name, value) } catch {} }
  const load = (name) => { try { return localStorage.getItem(name) } catch { return null } }

  const THEME = 'error-reference-theme'
  const LANGUAGE = 'error-reference-language'
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
  const stored = load(THEME)
  if (stored === 'light' || stored === 'dark') root.dataset.theme = stored

  document.addEventListener('DOMContentLoaded', () => {
    const all = (selector, within = document) => [...within.querySelectorAll(selector)]
    const search = document.getElementById('page:search')
    const hits = document.getElementById('page:hits')
    const none = document.querySelector('.none')

    const themeButton = document.querySelector('.theme')
    const isDark = () => (root.dataset.theme ?? (systemIsDark.matches ? 'dark' : 'light')) === 'dark'
    const showTheme = () => themeButton.setAttribute('aria-pressed', String(isDark()))
    themeButton.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark'
      store(THEME, root.dataset.theme)
      showTheme()
    })
    systemIsDark.addEventListener('change', showTheme)
    showTheme()

    const items = new Map(all('.contents li').map((item) => [item.dataset.code, item]))
    const entries = all('.entry').map((entry) => ({
      entry,
      item: items.get(entry.id),
      text: all('[data-find]', entry).map((part) => part.textContent).join('\n').toLowerCase(),
    }))
    const groups = all('.group, .contents section')
    const noun = entries.length === 1 ? 'code' : 'codes'
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '')
      let shown = 0
      for (const { entry, item, text } of entries) {
        const isHit = words.every((word) => text.includes(word))
        entry.hidden = !isHit
        if (item) item.hidden = !isHit
        if (isHit) shown += 1
      }
      for (const group of groups) group.hidden = !group.querySelector('.entry:not([hidden]), [data-code]:not([hidden])')
      root.classList.toggle('filtered', words.length > 0)
      none.hidden = shown > 0
      hits.textContent = words.length === 0 ? '' : shown + ' of ' + entries.length + ' ' + noun
    }
    const clear = () => {
      search.value = ''
      filter()
    }
    search.addEventListener('input', () => {
      filter()
      scrollTo({ top: 0 })
    })
    search.form.addEventListener('submit', (event) => event.preventDefault())
    none.querySelector('.clear').addEventListener('click', () => {
      clear()
      search.focus()
    })
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && document.activeElement === search) clear()
      const isTyping = event.target.closest?.('input, textarea, [contenteditable]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
      event.preventDefault()
      search.focus()
      search.select()
    })

    // The target of a link is shown even if it does not match the search.
    const reveal = () => {
      let id = location.hash.slice(1)
      try { id = decodeURIComponent(id) } catch {}
      const target = id === '' ? null : document.getElementById(id)
      if (!target) return
      if (target.closest('[hidden]') || (root.classList.contains('filtered') && target.closest('.lead'))) clear()
      target.scrollIntoView()
      for (const [code, item] of items) {
        const link = item.querySelector('a')
        if (code === id) {
          link.setAttribute('aria-current', 'true')
          item.parentElement.closest('nav').scrollTop = item.offsetTop - 120
        } else link.removeAttribute('aria-current')
      }
    }
    addEventListener('hashchange', reveal)

    const choices = []
    const choose = (language) => {
      for (const { tabs, panels } of choices) {
        const selected = Math.max(0, panels.findIndex((panel) => panel.dataset.language === language))
        panels.forEach((panel, index) => {
          panel.hidden = index !== selected
          tabs[index].setAttribute('aria-selected', String(index === selected))
          tabs[index].tabIndex = index === selected ? 0 : -1
        })
      }
    }
    all('.choice').forEach((choice, number) => {
      const panels = all('.panel', choice)
      const list = document.createElement('div')
      list.className = 'tabs'
      list.setAttribute('role', 'tablist')
      list.setAttribute('aria-label', 'Code for ' + choice.dataset.label)
      const tabs = panels.map((panel, index) => {
        const tab = document.createElement('button')
        tab.type = 'button'
        tab.id = 'page:tab-' + number + '-' + index
        tab.textContent = panel.querySelector('figcaption').textContent
        panel.id = 'page:panel-' + number + '-' + index
        tab.setAttribute('role', 'tab')
        tab.setAttribute('aria-controls', panel.id)
        panel.setAttribute('role', 'tabpanel')
        panel.setAttribute('aria-labelledby', tab.id)
        tab.addEventListener('click', () => {
          // All tab lists change at once; scroll so that the clicked tab keeps its position.
          const before = tab.getBoundingClientRect().top
          choose(panel.dataset.language)
          scrollBy(0, tab.getBoundingClientRect().top - before)
          if (panel.dataset.language !== 'stream') store(LANGUAGE, panel.dataset.language)
        })
        tab.addEventListener('keydown', ({ key }) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
          if (step === undefined) return
          const next = tabs[(index + step + tabs.length) % tabs.length]
          next.click()
          next.focus()
        })
        return tab
      })
      list.append(...tabs)
      choice.prepend(list)
      choices.push({ tabs, panels })
    })
    choose(load(LANGUAGE) ?? 'curl')

    const copyStatus = document.createElement('div')
    copyStatus.className = 'unseen'
    copyStatus.setAttribute('role', 'status')
    document.body.append(copyStatus)
    const copy = async (code, button) => {
      try {
        await navigator.clipboard.writeText(code.textContent)
        button.textContent = 'Copied'
      } catch {
        // Without clipboard access, select the code so that the reader can copy it.
        getSelection().selectAllChildren(code)
        button.textContent = 'Selected'
      }
      copyStatus.textContent = button.textContent
      setTimeout(() => {
        button.textContent = 'Copy'
        copyStatus.textContent = ''
      }, 1500)
    }
    for (const figure of all('figure')) {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'copy'
      button.textContent = 'Copy'
      button.setAttribute('aria-label', 'Copy ' + figure.querySelector('figcaption').textContent)
      button.addEventListener('click', () => void copy(figure.querySelector('pre code'), button))
      figure.append(button)
    }

    filter()
    reveal()
  })
})()
`
