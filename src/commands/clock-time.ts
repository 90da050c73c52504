/** A time of day as a clock beside this terminal shows it. */

/** `15:30`, or `15:30 tomorrow`. @param time at most a day away. */
export function sayClockTime(time: Date, now: Date): string {
  const clock = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  return time.getDate() === now.getDate() ? clock : `${clock} tomorrow`;
}
