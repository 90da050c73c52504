/** All kinds of cards below each other, as wide as a phone shows them, each under what its lock screen says. */

import { createRoot } from "react-dom/client";
import { DrawnBlocks } from "../demo/page/drawn-blocks.tsx";
import { ThemeContext, type Theme } from "../demo/page/theme.ts";
import { readable } from "../slack/text.ts";
import type { PictureOfCards } from "./cards.ts";

declare const CARDS: PictureOfCards & { readonly theme: Theme };

const element = document.getElementById("page");
if (element) createRoot(element).render(<Sheet />);

function Sheet() {
  const { messages, people, theme } = CARDS;
  return (
    <ThemeContext value={theme}>
      {messages.map(({ ts, text, blocks = [] }, index) => (
        <article key={`${ts} ${index}`} className={`phone ${theme}`}>
          <p className="lock">{readable(text)}</p>
          <DrawnBlocks blocks={blocks} people={people} />
        </article>
      ))}
    </ThemeContext>
  );
}
