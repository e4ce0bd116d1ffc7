/** Cuts a name after so many bytes, never inside a letter. */
export function cutName(name: string, room: number): string {
  if (name.length * 3 <= room) return name;
  const bytes = Buffer.from(name);
  let end = Math.min(room, bytes.length);
  // A byte that goes on with a letter
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
