import { useEffect, useState } from 'preact/hooks'
import type { Catalogue } from '../shared/catalogue.ts'
import { Workbench } from './workbench.tsx'

/** The page, once it knows what can be picked. */
export function Explorer() {
  const [catalogue, setCatalogue] = useState<Catalogue>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    fetch('/api/catalogue')
      .then(async (response) => setCatalogue((await response.json()) as Catalogue))
      .catch((error: Error) => setProblem(error.message))
  }, [])
  if (catalogue !== undefined) return <Workbench catalogue={catalogue} />
  return (
    <main class="notice" aria-busy={problem === undefined}>
      {problem === undefined ? (
        <p>Loading the catalogue…</p>
      ) : (
        <>
          <h1>The explorer does not answer</h1>
          <p>
            Its server may have ended: <code>npm start</code> starts it again. ({problem})
          </p>
          <button type="button" class="button is-primary" onClick={() => location.reload()}>
            Try again
          </button>
        </>
      )}
    </main>
  )
}
