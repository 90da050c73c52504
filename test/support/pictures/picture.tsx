/** What is photographed: the cards, drawn as the demo draws them. */

import { createRoot } from "react-dom/client";
import { SlackMessage } from "../demo/page/slack-message.tsx";
import type { PictureOfCards } from "./cards.ts";

declare const CARDS: PictureOfCards;

const element = document.getElementById("page");
if (element) createRoot(element).render(<Picture cards={CARDS} />);

function Picture({ cards: { messages, people } }: { cards: PictureOfCards }) {
  return messages.map((message, index) => (
    <SlackMessage
      key={index}
      message={message}
      people={people}
      isEphemeral={false}
      press={async () => Promise.resolve()}
    />
  ));
}
