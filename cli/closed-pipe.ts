/** For `process.stdout.on("error", ...)`: a reader that has seen enough, such as `head`, is no failure. */
export function quitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
