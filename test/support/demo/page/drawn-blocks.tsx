import { useContext } from "react";
import { Message as Drawn, type Block as DrawnBlock } from "slack-blocks-to-jsx";
import type { Block } from "../../slack/block-kit.ts";
import type { Person } from "../../slack/slack-objects.ts";
import { readable } from "../../slack/text.ts";
import { ThemeContext } from "./theme.ts";

/** Blocks as Slack draws them, to be looked at. */
export function DrawnBlocks({
  blocks,
  people = [],
}: {
  blocks: readonly Block[];
  people?: readonly Person[];
}) {
  const theme = useContext(ThemeContext);
  return blocks.map((block) =>
    isPlain(block) ? (
      <PlainBlock key={block.block_id} block={block} />
    ) : (
      <Drawn
        key={block.block_id}
        withoutWrapper
        theme={theme}
        logo=""
        name=""
        blocks={[block as DrawnBlock]}
        data={{ users: people.map(({ id, realName }) => ({ id, name: realName })) }}
      />
    ),
  );
}

/** slack-blocks-to-jsx formats plain text too (`*` and `_` vanish), which Slack does not. */
type PlainBlock = Extract<Block, { type: "header" | "context" }>;

function isPlain(block: Block): block is PlainBlock {
  if (block.type === "header") return true;
  return block.type === "context" && block.elements.every(({ type }) => type === "plain_text");
}

function PlainBlock({ block }: { block: PlainBlock }) {
  if (block.type === "header") return <h2>{readable(block.text.text)}</h2>;
  return (
    <p className="context">
      {block.elements.map((element, index) =>
        element.type === "image" ? null : <span key={index}>{readable(element.text)}</span>,
      )}
    </p>
  );
}
