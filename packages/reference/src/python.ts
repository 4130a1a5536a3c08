import { commentOf, type Action, type Told } from './action.ts'
import type { SharedMaking } from './client-code.ts'
import { EXAMPLE } from './curl.ts'
import type { Identified } from './identifier.ts'
import type { Path } from './leaves.ts'

/** Functions that ask and tell codes apart, and what each entry shows is put into. */
export function sharedPython({ envelope, url, auth, identifier, entries }: SharedMaking): string {
  const { header, scheme } = auth
  const isTold = envelope.clientHints?.shouldRetryHeader === true
  const retryable = entries
    .filter((entry) => entry.retryable || (isTold && entry.kinds.some((kind) => kind.retryable)))
    .map(({ code }) => `    ${literal(code)},\n`)
  const byStatus = Object.entries(identifier.byStatus).map(([status, code]) => `${status}: ${literal(code)}`)
  const paths = identifier.paths.map((path) => `[${path.map(item).join(', ')}]`)
  return `import os
import random
import time

import requests

URL = ${literal(url)}
HEADERS = {${literal(header)}: ${scheme === undefined ? '' : `${literal(`${scheme} `)} + `}os.environ["API_KEY"]}
BODY = ${JSON.stringify(EXAMPLE).replaceAll(/(?<=[:,])(?=\S)/g, ' ')}
RETRYABLE = {
${retryable.join('')}}


def code_of(response):
    """The code that a failed answer carries; None where it is not the API's."""
    try:
        body = response.json()
    except ValueError:
        return None
    for path in [${paths.join(', ')}]:
        value = body
        try:
            for key in path:
                value = value[key]
        except (LookupError, TypeError):
            continue
        if isinstance(value, str):
            return value
    return {${byStatus.join(', ')}}.get(response.status_code)


def ask(change=None, attempts=3):
    """Asks, and tries again where that is of use, with Retry-After as a floor."""
    for attempt in range(1, attempts + 1):
        response = requests.post(URL, json={**BODY, **(change or {})}, headers=HEADERS, timeout=60)
        if response.ok:
            return response.json()
        code = code_of(response)
        may_retry = code in RETRYABLE${isTold ? ' and response.headers.get("X-Should-Retry") != "false"' : ''}
        if attempt == attempts or not may_retry:
            break
        floor = float(response.headers.get("Retry-After", 0))
        time.sleep(floor + random.uniform(0, 2**attempt))
    # Here goes what is shown with each code.
    response.raise_for_status()`
}

/** What is done about one code, where the shared function says. */
export function pythonFor(told: Told, [first]: readonly Identified[], action: Action): string {
  const { code } = told
  const once = action === 'model' ? ' and "model" not in (change or {})' : ''
  const steps = stepsFor(told, messageIn(first?.messagePath), action)
  return `if code == ${literal(code)}${once}:\n${steps.replaceAll(/^(?=.)/gm, '    ')}`
}

function stepsFor({ remedy, field }: Told, message: string, action: Action): string {
  switch (action) {
    case 'wait':
      return `seconds = response.headers.get("Retry-After", "60")
raise RuntimeError(f"Come back in {seconds} s")`
    case 'again':
      return 'raise RuntimeError(f"Still failing after {attempts} attempts")'
    case 'model':
      return 'return ask({**(change or {}), "model": "another-model"})'
    case 'field':
      return `raise ValueError(${field === undefined ? message : `${literal(`${field}: `)} + ${message}`})`
    case 'report':
      return `request_id = response.headers.get("X-Request-Id")
raise RuntimeError(f"Report the request {request_id}")`
    default:
      return `${commentOf(remedy, '#', 56)}
raise ${action === 'key' ? 'PermissionError' : 'RuntimeError'}(${message})`
  }
}

function messageIn(path: Path | undefined): string {
  return path === undefined
    ? 'response.text'
    : `response.json()${path.map((key) => `[${item(key)}]`).join('')}`
}

function item(key: string | number): string {
  return typeof key === 'number' ? String(key) : literal(key)
}

/** JSON's texts are Python's, but for halves of pairs, which none of them has. */
function literal(text: string): string {
  return JSON.stringify(text.toWellFormed())
}
