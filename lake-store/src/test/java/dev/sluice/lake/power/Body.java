package dev.sluice.lake.power;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The bytes of an object, told by what they are made from. */
record Body(List<Piece> pieces, Origin origin) {
  /** How an object came to be, which its ETag shows. */
  enum Origin {
    PUT,
    PARTS
  }

  /** So many bytes that no other seed gives. */
  record Piece(long seed, int size) {
    byte[] bytes() {
      SplittableRandom random = new SplittableRandom(seed);
      ByteBuffer bytes = ByteBuffer.allocate(size + 8);
      while (bytes.position() < size) {
        bytes.putLong(random.nextLong());
      }
      return Arrays.copyOf(bytes.array(), size);
    }

    @Override
    public String toString() {
      return seed + ":" + size;
    }
  }

  private static final Map<Body, String> ETAGS = new ConcurrentHashMap<>();

  Body {
    pieces = List.copyOf(pieces);
  }

  static Body of(long seed, int size) {
    return new Body(List.of(new Piece(seed, size)), Origin.PUT);
  }

  int size() {
    return pieces.stream().mapToInt(Piece::size).sum();
  }

  byte[] bytes() {
    if (pieces.size() == 1) {
      return pieces.get(0).bytes();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(size());
    pieces.forEach(each -> all.writeBytes(each.bytes()));
    return all.toByteArray();
  }

  /** The ETag as S3 defines it. */
  String etag() {
    return ETAGS.computeIfAbsent(this, Body::computed);
  }

  private String computed() {
    if (origin == Origin.PUT) {
      return HexFormat.of().formatHex(md5().digest(bytes()));
    }
    MessageDigest whole = md5();
    pieces.forEach(each -> whole.update(md5().digest(each.bytes())));
    return HexFormat.of().formatHex(whole.digest()) + "-" + pieces.size();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return origin + pieces.stream().map(each -> "," + each).collect(Collectors.joining());
  }

  static Body parse(String text) {
    String[] fields = text.split(",", -1);
    List<Piece> pieces =
        Arrays.stream(fields)
            .skip(1)
            .map(each -> each.split(":", -1))
            .map(each -> new Piece(Long.parseLong(each[0]), Integer.parseInt(each[1])))
            .toList();
    return new Body(pieces, Origin.valueOf(fields[0]));
  }
}
