package dev.sluice.transform.plan;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.TableShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassWriter;

/**
 * What a job is made of, in a few letters: its class and every class of the same jar that those
 * name, what it reads and writes, and its SQL. Comments, line numbers and the names of local
 * variables do not count, nor does what a job is ({@code dev.sluice.transform.job}).
 */
public final class CodeHash {
  private static final int HEX = 16;
  private static final int CONSTANT_CLASS = 7;
  private static final String CONTRACT = Job.class.getPackageName().replace('.', '/') + "/";

  private CodeHash() {}

  public static String of(Job job) {
    MessageDigest hash = sha256();
    TableShape shape = job.writes();
    update(hash, shape.name() + " " + shape.columnNames() + " " + shape.materialization());
    shape.columns().forEach(column -> update(hash, column.name() + " " + column.type()));
    update(hash, shape.order() + " " + job.reads());
    update(hash, job.text());
    classes(job.getClass()).forEach((name, bytes) -> hash.update(bytes));
    return HexFormat.of().formatHex(hash.digest()).substring(0, HEX);
  }

  /** The class and those it names, and so on, by name. */
  private static Map<String, byte[]> classes(Class<?> first) {
    Map<String, byte[]> found = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>();
    open.add(first.getName().replace('.', '/'));
    String home = home(first, open.peek());
    while (!open.isEmpty()) {
      String name = open.remove();
      byte[] bytes = found.containsKey(name) ? new byte[0] : read(first, home, name);
      if (bytes.length > 0) {
        byte[] bare = withoutDebug(bytes);
        found.put(name, bare);
        ClassReader reader = new ClassReader(bare);
        char[] buffer = new char[reader.getMaxStringLength()];
        for (int i = 1; i < reader.getItemCount(); i++) {
          int at = reader.getItem(i);
          if (at > 0 && reader.readByte(at - 1) == CONSTANT_CLASS) {
            open.add(reader.readUTF8(at, buffer).replaceAll("^\\[+L?|;$", ""));
          }
        }
      }
    }
    return found;
  }

  /** Where the first class lies: what lies elsewhere is not ours. */
  private static String home(Class<?> first, String name) {
    var resource = first.getClassLoader().getResource(name + ".class");
    return resource == null ? "" : resource.toString().replace(name + ".class", "");
  }

  private static byte[] read(Class<?> first, String home, String name) {
    if (name.startsWith(CONTRACT)) {
      return new byte[0];
    }
    var resource = first.getClassLoader().getResource(name + ".class");
    if (resource == null || !resource.toString().equals(home + name + ".class")) {
      return new byte[0];
    }
    try (InputStream in = resource.openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] withoutDebug(byte[] bytes) {
    ClassWriter bare = new ClassWriter(0);
    new ClassReader(bytes).accept(bare, ClassReader.SKIP_DEBUG);
    return bare.toByteArray();
  }

  private static void update(MessageDigest hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
