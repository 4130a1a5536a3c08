import type { JsonPath } from '@faultline/openapi'
import type { CodedExample, CodeReader } from '../code-paths.ts'
import type { EntryContext, EntryFacts, ReferenceEntry } from '../entry.ts'
import { formatComment, type Action } from './action.ts'
import { EXAMPLE_BODY, INSERTION_MARK } from './example-body.ts'

/** Creates a function that sends a request with retries, and one that reads the error code. */
export function createSharedPython(
  reader: CodeReader,
  entries: readonly ReferenceEntry[],
  { envelope, url, auth }: EntryContext,
): string {
  const { header, scheme } = auth
  const sendsShouldRetry = envelope.clientHints?.shouldRetryHeader === true
  const retryable = entries
    .filter(
      (entry) => entry.retryable || (sendsShouldRetry && entry.errorTypes.some((type) => type.retryable)),
    )
    .map(({ code }) => `    ${literal(code)},\n`)
  const byStatus = Object.entries(reader.byStatus).map(([status, code]) => `${status}: ${literal(code)}`)
  const paths = reader.paths.map((path) => `[${path.map(formatKey).join(', ')}]`)
  return `import os
import random
import time

import requests

URL = ${literal(url)}
HEADERS = {${literal(header)}: ${scheme === undefined ? '' : `${literal(`${scheme} `)} + `}os.environ["API_KEY"]}
BODY = ${JSON.stringify(EXAMPLE_BODY).replaceAll(/(?<=[:,])(?=\S)/g, ' ')}
RETRYABLE = {
${retryable.join('')}}


def get_error_code(response):
    """Returns the code of an error response; None for a response in another format."""
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


def send_request(change=None, attempts=3):
    """Sends a request, and retries retryable errors; Retry-After is the minimum delay."""
    for attempt in range(1, attempts + 1):
        response = requests.post(URL, json={**BODY, **(change or {})}, headers=HEADERS, timeout=60)
        if response.ok:
            return response.json()
        code = get_error_code(response)
        may_retry = code in RETRYABLE${sendsShouldRetry ? ' and response.headers.get("X-Should-Retry") != "false"' : ''}
        if attempt == attempts or not may_retry:
            break
        min_delay = float(response.headers.get("Retry-After", 0))
        time.sleep(min_delay + random.uniform(0, 2**attempt))
    # ${INSERTION_MARK}
    response.raise_for_status()`
}

/** Creates the snippet that handles one code in the shared function. */
export function createPython(entry: EntryFacts, [first]: readonly CodedExample[], action: Action): string {
  const onlyOnce = action === 'change-model' ? ' and "model" not in (change or {})' : ''
  const steps = createSteps(entry, createMessageExpression(first?.messagePath), action)
  return `if code == ${literal(entry.code)}${onlyOnce}:\n${steps.replaceAll(/^(?=.)/gm, '    ')}`
}

function createSteps({ remedy, field }: EntryFacts, message: string, action: Action): string {
  switch (action) {
    case 'wait':
      return `seconds = response.headers.get("Retry-After", "60")
raise RuntimeError(f"Retry in {seconds} s")`
    case 'retry-idempotent':
      return 'raise RuntimeError(f"Still failing after {attempts} attempts")'
    case 'change-model':
      return 'return send_request({**(change or {}), "model": "another-model"})'
    case 'fix-field':
      return `raise ValueError(${field === undefined ? message : `${literal(`${field}: `)} + ${message}`})`
    case 'report':
      return `request_id = response.headers.get("X-Request-Id")
raise RuntimeError(f"Report the request {request_id}")`
    default:
      return `${formatComment(remedy, '#', 56)}
raise ${action === 'change-key' ? 'PermissionError' : 'RuntimeError'}(${message})`
  }
}

function createMessageExpression(path: JsonPath | undefined): string {
  return path === undefined
    ? 'response.text'
    : `response.json()${path.map((key) => `[${formatKey(key)}]`).join('')}`
}

function formatKey(key: string | number): string {
  return typeof key === 'number' ? String(key) : literal(key)
}

/** Creates a string literal. A JSON string is a Python string, except for lone surrogates, which are replaced. */
function literal(text: string): string {
  return JSON.stringify(text.toWellFormed())
}
