import express from 'express'
import { faultline, logTo } from '@faultline/express'
import { recordErrors } from '@faultline/opentelemetry'

const onError = [logTo(() => console), recordErrors()]
export const app = faultline(express(), { envelope: 'openai', onError })
