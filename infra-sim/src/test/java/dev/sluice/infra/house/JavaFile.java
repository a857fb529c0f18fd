package dev.sluice.infra.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A source file as the compiler parses it. */
record JavaFile(Path path, String text, List<Method> methods) {
  /** A method with a body, or a declared one. */
  record Method(
      String owner,
      String name,
      long lines,
      boolean exposed,
      boolean overriding,
      int parameters,
      boolean takesBoolean,
      boolean annotatedAsTest) {}

  long lines() {
    return text.lines().count();
  }

  static List<JavaFile> parse(List<Path> paths) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(paths));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      List<JavaFile> parsed = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        Path path = Path.of(unit.getSourceFile().toUri());
        MethodReader reader = new MethodReader(unit, positions);
        reader.scan(unit, null);
        parsed.add(new JavaFile(path, House.read(path), List.copyOf(reader.methods)));
      }
      return parsed;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Collects the methods of one file. */
  private static final class MethodReader extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Deque<ClassTree> owners = new ArrayDeque<>();
    private final List<Method> methods = new ArrayList<>();

    MethodReader(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      owners.push(type);
      super.visitClass(type, null);
      owners.pop();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      ClassTree owner = owners.peek();
      boolean ofRecord = owner.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
      methods.add(
          new Method(
              owner.getSimpleName().toString(),
              method.getName().toString(),
              line(positions.getEndPosition(unit, method))
                  - line(positions.getStartPosition(unit, method))
                  + 1,
              !method.getModifiers().getFlags().contains(Modifier.PRIVATE) && !ofRecord,
              annotated(method, "Override"),
              method.getParameters().size(),
              method.getParameters().stream().anyMatch(MethodReader::isBoolean),
              annotated(method, "Test")
                  || annotated(method, "Property")
                  || annotated(method, "ParameterizedTest")));
      return super.visitMethod(method, null);
    }

    private long line(long position) {
      return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
    }

    private static boolean isBoolean(VariableTree parameter) {
      return parameter.getType() != null && parameter.getType().toString().equals("boolean");
    }

    private static boolean annotated(MethodTree method, String name) {
      return method.getModifiers().getAnnotations().stream()
          .anyMatch(annotation -> annotation.getAnnotationType().toString().equals(name));
    }
  }
}
