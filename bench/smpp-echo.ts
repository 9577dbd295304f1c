import smpp from 'smpp'
import { answerParent } from './support/child.ts'

/** What a server made with the npm package `smpp` answers when it stores nothing: each submit_sm with the next number. */
let ids = 0
const server = smpp.createServer((session) => {
  session.on('error', () => {}) // a close follows
  session.on('bind_transceiver', (pdu: smpp.Pdu) => session.send(pdu.response()))
  session.on('submit_sm', (pdu: smpp.Pdu) => session.send(pdu.response({ message_id: String(++ids) })))
  session.on('enquire_link', (pdu: smpp.Pdu) => session.send(pdu.response()))
  session.on('unbind', (pdu: smpp.Pdu) => session.send(pdu.response()))
})

const port = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(typeof address === 'object' && address ? address.port : 0)
  })
})

answerParent({ port: () => port })
