import type { JsonPath } from '@faultline/openapi'
import type { CodedExample, CodeReader } from '../code-paths.ts'
import type { EntryContext, EntryFacts, ReferenceEntry } from '../entry.ts'
import { formatComment, UNPROCESSED_STATUSES, type Action } from './action.ts'
import { DEFAULT_ATTEMPTS, EXAMPLE_BODY, INSERTION_MARK } from './example-body.ts'

/** Creates a function that sends a request with retries, and one that reads the error code. */
export function createSharedPython(
  reader: CodeReader,
  entries: readonly ReferenceEntry[],
  { envelope, url, auth }: EntryContext,
): string {
  const { header, scheme } = auth
  const {
    statuses,
    maxAttempts = DEFAULT_ATTEMPTS,
    maxAttemptsByStatus = {},
    delays,
  } = envelope.retryPolicy ?? {}
  const sendsShouldRetry = envelope.clientHints?.shouldRetryHeader === true
  const retryable = entries
    .filter(
      (entry) => entry.retryable || (sendsShouldRetry && entry.errorTypes.some((type) => type.retryable)),
    )
    .map(({ code }) => `    ${literal(code)},\n`)
  const retryableSet =
    statuses === undefined
      ? `RETRYABLE = {\n${retryable.join('')}}`
      : `RETRYABLE_STATUSES = {${statuses.join(', ')}}`
  const attempts = Object.entries(maxAttemptsByStatus).map(([status, count]) => `${status}: ${count}`)
  const overloads = entries
    .filter(({ errorTypes: [type] }) => type?.code === 'overloaded' || type?.code === 'model_overloaded')
    .map(({ code }) => literal(code))
  const byStatus = Object.entries(reader.byStatus).map(([status, code]) => `${status}: ${literal(code)}`)
  const paths = reader.paths.map((path) => `[${path.map(formatKey).join(', ')}]`)
  return `import os
import random
import time

import requests

URL = ${literal(url)}
HEADERS = {${literal(header)}: ${scheme === undefined ? '' : `${literal(`${scheme} `)} + `}os.environ["API_KEY"]}
BODY = ${JSON.stringify(EXAMPLE_BODY).replaceAll(/(?<=[:,])(?=\S)/g, ' ')}
${retryableSet}
# Errors of requests that the server has not processed; other 503s only with Retry-After.
UNPROCESSED = ${overloads.length === 0 ? 'set()' : `{${overloads.join(', ')}}`}
UNPROCESSED_STATUSES = {${UNPROCESSED_STATUSES.join(', ')}}
# Maximum number of attempts, by status.
MAX_ATTEMPTS = {${attempts.join(', ')}}


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


def may_retry(response, code, idempotent):
    """Returns whether a retry may succeed, and is safe."""
    ${
      sendsShouldRetry
        ? `if response.headers.get("X-Should-Retry") == "false":
        return False
    `
        : ''
    }if ${statuses === undefined ? 'code not in RETRYABLE' : 'response.status_code not in RETRYABLE_STATUSES'}:
        return False
    if idempotent or code in UNPROCESSED:
        return True
    if response.status_code == 503 and "Retry-After" not in response.headers:
        return False
    return response.status_code in UNPROCESSED_STATUSES


def send_request(change=None, idempotent=False, attempts=${maxAttempts}):
    """Sends a request, and retries retryable errors; Retry-After is the minimum delay.

    Set idempotent if executing the request twice does no harm.
    """
    for attempt in range(1, attempts + 1):
        response = requests.post(URL, json={**BODY, **(change or {})}, headers=HEADERS, timeout=60)
        if response.ok:
            return response.json()
        code = get_error_code(response)
        max_attempts = min(attempts, MAX_ATTEMPTS.get(response.status_code, attempts))
        if attempt >= max_attempts or not may_retry(response, code, idempotent):
            break
        retry_after = float(response.headers.get("Retry-After", 0))
        ${
          delays === undefined
            ? 'time.sleep(retry_after + random.uniform(0, 2**attempt))'
            : `delay = [${delays.join(', ')}][min(attempt, ${delays.length}) - 1]
        time.sleep(max(delay, retry_after + random.uniform(0, delay)))`
        }
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
      return `if not idempotent:
    # The request may have been executed; opt in to retrying it.
    return send_request(change, idempotent=True)
raise RuntimeError("Still failing after the last attempt")`
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
