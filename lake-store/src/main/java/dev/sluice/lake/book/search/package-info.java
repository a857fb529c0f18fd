/**
 * Full-text search in memory. In come entries, as they are and as they change, and questions in
 * words and filters; out go ranked hits that say what matched. It refuses to know where entries
 * come from, who may see them (whoever asks says so) and how often they are used (whoever asks says
 * that too).
 */
package dev.sluice.lake.book.search;
