/**
 * How Slack's elements are addressed. Frozen since the first release: whichever process holds Slack's connection passes
 * on by this alone what it does not understand.
 */

/** Of an element, in a message or a modal: whose it is, and which of theirs. Slack takes 255 characters. */
export function actionID(memberID: string, control: string): string {
  return `${memberID} ${control}`;
}
