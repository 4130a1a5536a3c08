import { createServer } from 'node:http'
import express from 'express'
import { attach, faultline, type FaultlineOptions } from '@faultline/express'

const options: FaultlineOptions = { envelope: 'compresr', onError: (error) => console.error(error.code) }
const app = faultline(express(), options)
export const server = attach(createServer(app), options)
