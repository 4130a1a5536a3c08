import { spawnSync } from 'node:child_process'
import { resolveEnvelope, envelopes } from '@faultline/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { buildReference } from '../src/index.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

/** Stands in for `requests`, answers as it is told, and says what the client makes of each answer. */
const driver = `
import json, os, sys, types

os.environ["API_KEY"] = "sk-demo"
given = json.load(sys.stdin)

class Response:
    def __init__(self, answer):
        self.status_code = answer["status"]
        self.headers = {name: value for name, value in answer["headers"].items()}
        self.text = json.dumps(answer["body"])
        self.ok = False

    def json(self):
        return json.loads(self.text)

    def raise_for_status(self):
        raise Exception("not handled")

posts = []
requests = types.ModuleType("requests")
def post(url, **options):
    posts.append(options)
    return Response(current)
requests.post = post
sys.modules["requests"] = requests

import time
time.sleep = lambda seconds: None
scope = {}
exec(compile(given["code"], "client.py", "exec"), scope)
results = []
for answer in given["answers"]:
    current = answer
    posts.clear()
    try:
        outcome = scope["ask"]()
    except Exception as error:
        outcome = type(error).__name__ + ": " + str(error)
    results.append({"code": scope["code_of"](Response(answer)), "outcome": outcome, "posts": len(posts)})
print(json.dumps(results))
`

const modes = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

beforeEach((context) => {
  context.skip(!hasPython, 'There is no python3.')
})

describe('Python', () => {
  test.each(modes)('for %s is valid, tells codes apart, and tries again what may be', (id) => {
    const { client, groups } = buildReference(resolveEnvelope(id))
    const entries = groups.flatMap((group) => group.entries)
    const steps = entries.map((entry) => entry.client.python.replaceAll(/^(?=.)/gm, '    ')).join('\n')
    const code = client.python.replace('    # Here goes what is shown with each code.', () => steps)
    const answers = entries.map(({ samples: [sample], headers }) => ({
      ...sample,
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    }))
    const { status, stdout, stderr } = spawnSync('python3', ['-c', driver], {
      input: JSON.stringify({ code, answers }),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const results = JSON.parse(stdout) as { code: string; outcome: string; posts: number }[]
    expect(results.map((result) => result.code)).toEqual(entries.map(({ code }) => code))
    for (const [at, { outcome, posts }] of results.entries()) {
      const { code: wire, retryable, client: own } = entries[at]!
      const isAskedAnew = own.python.includes('"another-model"')
      expect(outcome, wire).toMatch(
        isAskedAnew ? /^Exception: not handled$/ : /^(?:Runtime|Permission|Value)Error: ./,
      )
      expect(posts, wire).toBe(retryable ? 3 : isAskedAnew ? 2 : 1)
    }
  })
})
