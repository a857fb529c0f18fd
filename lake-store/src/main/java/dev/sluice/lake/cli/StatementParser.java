package dev.sluice.lake.cli;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** A line is whole when its SQL ends with a semicolon, or when it is a command. */
final class StatementParser extends DefaultParser {
  StatementParser() {
    setQuoteChars(new char[0]);
    setEscapeChars(new char[0]);
    setEofOnUnclosedQuote(false);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    boolean accepting = context == ParseContext.ACCEPT_LINE || context == ParseContext.UNSPECIFIED;
    if (accepting && !line.strip().startsWith("\\") && Statements.unfinished(line)) {
      throw new EOFError(-1, -1, "the statement has no end yet");
    }
    return super.parse(line, cursor, context);
  }

  /** Names end where an operator, a bracket or a comma stands. */
  @Override
  public boolean isDelimiterChar(CharSequence buffer, int at) {
    char c = buffer.charAt(at);
    return Character.isWhitespace(c) || "(),;=<>+*/|".indexOf(c) >= 0;
  }
}
