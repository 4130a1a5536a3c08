import { openai } from '@faultline/core/envelopes'
import { createResponder, logToConsole, recognizeError } from '@faultline/core/slim'
import { faultline } from '@faultline/express/slim'
import express from 'express'

const recognizers = [recognizeError]
const responder = createResponder({ envelope: openai, recognizers, onError: logToConsole })
export const app = faultline(express(), responder)
