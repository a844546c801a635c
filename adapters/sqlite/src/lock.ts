import Database from 'better-sqlite3';

/**
 * Takes a folder for this process alone. The lock is the operating system's on the file at `path`: it ends with the
 * process, however that ends.
 * @returns how to let go, or undefined if another process has it
 */
export function lockFolder(path: string): (() => void) | undefined {
  const db = new Database(path, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by INTEGER); COMMIT;');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
  return () => {
    db.close();
  };
}
