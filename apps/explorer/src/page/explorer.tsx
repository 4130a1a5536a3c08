import { useEffect, useState } from 'preact/hooks'
import type { Catalog } from '../shared/catalog.ts'
import { Workbench } from './workbench.tsx'

/** Loads the catalog and then shows the page. */
export function Explorer() {
  const [catalog, setCatalog] = useState<Catalog>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    fetch('/api/catalog')
      .then(async (response) => setCatalog((await response.json()) as Catalog))
      .catch((error: Error) => setProblem(error.message))
  }, [])
  if (catalog !== undefined) return <Workbench catalog={catalog} />
  return (
    <main class="notice" aria-busy={problem === undefined}>
      {problem === undefined ? (
        <p>Loading…</p>
      ) : (
        <>
          <h1>Cannot reach the explorer server</h1>
          <p>
            Start it with <code>npm start</code>. ({problem})
          </p>
          <button type="button" class="button is-primary" onClick={() => location.reload()}>
            Try again
          </button>
        </>
      )}
    </main>
  )
}
