import { createContext, useEffect, useState } from "react";

export type Theme = "light" | "dark";

/** What the cards are drawn in. */
export const ThemeContext = createContext<Theme>("light");

const KEY = "theme";
const PREFERS_DARK = "(prefers-color-scheme: dark)";

/** The system's theme, until the switch is pressed; that choice is kept in the browser. */
export function useTheme(): { theme: Theme; toggle: () => void } {
  const [prefersDark, setPrefersDark] = useState(() => matchMedia(PREFERS_DARK).matches);
  const [chosen, setChosen] = useState(() => localStorage.getItem(KEY));
  const theme = chosen === "light" || chosen === "dark" ? chosen : prefersDark ? "dark" : "light";

  useEffect(() => {
    const media = matchMedia(PREFERS_DARK);
    const changed = () => setPrefersDark(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);

  const toggle = () => {
    const other = theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, other);
    setChosen(other);
  };
  return { theme, toggle };
}
