import type { Content } from '../connectors/connector.ts'
import { isShortMessage } from '../domain/channel.ts'
import type { Question } from '../domain/route-choice.ts'
import type { SendingRules } from '../domain/sending-rules.ts'
import type { Catalogue } from './catalogue.ts'

/** The sender that the first route of a message puts in the place of its own; undefined: it goes out as it is. */
export function senderInstead(catalogue: Catalogue, asked: Question): string | undefined {
  if (!catalogue.routing.replacesSenders) return undefined
  const { channel, number, mccmnc, sender } = asked
  if (sender === '' || !isShortMessage(channel)) return undefined
  const instead = catalogue.routing.table.routes(channel, number, mccmnc, asked)[0]?.replaceSender
  return instead && instead !== sender ? instead : undefined
}

/**
 * A text whose sender was replaced begins with its name, unless the account does not want that (users.php, fl2[13]). What is no whole
 * text stays as it is.
 */
export function namingSender(content: Content, sender: string, rules: SendingRules | undefined): Content {
  if (content.kind !== 'text' || content.udh || rules?.hideSender) return content
  return { ...content, text: `${sender}: ${content.text}` }
}
