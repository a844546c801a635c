/** One room with a million messages, and someone of the same workspace who is not in it. */
export interface Archive extends AsyncDisposable {
  port: number;
  roomId: string;
  token: string;
  outsiderToken: string;
  messages: number;
}
