import { spawnSync } from 'node:child_process'
import { resolveEnvelope, envelopes } from '@faultline/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { buildReference } from '../src/index.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

/** Replaces `requests`, returns the given responses, and prints the outcome of the client for each. */
const driver = `
import json, os, sys, types

os.environ["API_KEY"] = "sk-demo"
scenario = json.load(sys.stdin)

class Response:
    def __init__(self, sent):
        self.status_code = sent["status"]
        self.headers = {name: value for name, value in sent["headers"].items()}
        self.text = json.dumps(sent["body"])
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
exec(compile(scenario["code"], "client.py", "exec"), scope)
results = []
for sent in scenario["responses"]:
    current = sent
    posts.clear()
    try:
        outcome = scope["send_request"]()
    except Exception as error:
        outcome = type(error).__name__ + ": " + str(error)
    results.append({"code": scope["get_error_code"](Response(sent)), "outcome": outcome, "posts": len(posts)})
print(json.dumps(results))
`

const modes = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

beforeEach((context) => {
  context.skip(!hasPython, 'python3 is not installed.')
})

describe('the Python example', () => {
  test.each(modes)('for %s runs, reads the codes, and retries the retryable errors', (id) => {
    const { client, groups } = buildReference(resolveEnvelope(id))
    const entries = groups.flatMap((group) => group.entries)
    const steps = entries.map((entry) => entry.client.python.replaceAll(/^(?=.)/gm, '    ')).join('\n')
    const program = client.python.replace('    # Insert the snippet of an error here.', () => steps)
    const responses = entries.map(({ examples: [example], headers }) => ({
      ...example,
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    }))
    const { status, stdout, stderr } = spawnSync('python3', ['-c', driver], {
      input: JSON.stringify({ code: program, responses }),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const results = JSON.parse(stdout) as { code: string; outcome: string; posts: number }[]
    expect(results.map((result) => result.code)).toEqual(entries.map(({ code }) => code))
    for (const [index, { outcome, posts }] of results.entries()) {
      const { code: errorCode, retryable, client: snippets } = entries[index]!
      const triesOtherModel = snippets.python.includes('"another-model"')
      expect(outcome, errorCode).toMatch(
        triesOtherModel ? /^Exception: not handled$/ : /^(?:Runtime|Permission|Value)Error: ./,
      )
      expect(posts, errorCode).toBe(retryable ? 3 : triesOtherModel ? 2 : 1)
    }
  })
})
