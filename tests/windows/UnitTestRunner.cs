using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Sdk;

namespace PSSockets.WindowsHost;

/// <summary>
/// Runs facts and theories of xunit by reflection, each on a thread of its own and within a time limit: under Wine
/// xunit's own runner stalls, and so may a test.
/// </summary>
/// <remarks>
/// A trait named Wine is the reason why a test cannot pass under Wine, one named Windows what Windows does not have. Such a
/// test runs all the same and counts as skipped, or as not for Windows, when it fails; one that passes is a failure, so that
/// the marks stay true. Of a marked theory some rows may pass. A reason that begins with <see cref="NotRun"/> is of a test that
/// hangs, or ends the process.
/// A test that fails is noted so, and runs once more in a process of its own: only the second failure counts.
/// The journal, of which tools/Invoke-WindowsTest.ps1 makes the counts, has each test that is planned, that was begun,
/// and how it ended. When the process ends early, another one goes on from there; what was begun twice and never ended
/// has failed.
/// </remarks>
/// <param name="resultsPath">The journal is this path with .journal added; .over is made when all tests have run.</param>
internal sealed class UnitTestRunner(string resultsPath)
{
    private const string NotRun = "Not run: ";

    private const string Planned = "planned";

    // Outcomes beside Passed, Failed and Skipped; the first is for the next process.
    private const string Again = "Again";
    private const string NotForWindows = "NotForWindows";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _journalPath = resultsPath + ".journal";
    private readonly Dictionary<string, (int Begun, string? Outcome, string Reason)> _journal = [];
    private Worker? _worker;
    private int _ended;

    /// <summary>Runs the tests whose name matches the regular expression; the exit code.</summary>
    public int Run(string assemblyPath, string filter)
    {
        List<string> problems = [];
        ReadJournal();
        try
        {
            Type[] types = [.. Assembly.LoadFrom(assemblyPath).GetTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true })
                .OrderBy(type => type.FullName, StringComparer.Ordinal)];
            Plan(types, filter);
            foreach (Type type in types)
            {
                long start = Stopwatch.GetTimestamp();
                int before = _ended;
                foreach (MethodInfo method in Tests(type, filter))
                {
                    Run(type, method, Name(type, method));
                }

                if (_ended > before)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type.Name}: {_ended - before} tests, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
                }
            }
        }
        catch (Exception exception) when (exception is ReflectionTypeLoadException or IOException or BadImageFormatException)
        {
            problems.Add($"{assemblyPath} cannot be loaded: {exception}");
        }

        return Save(problems);
    }

    private static string Name(Type type, MethodInfo method) => $"{type.Name}.{method.Name}";

    private static IEnumerable<MethodInfo> Tests(Type type, string filter) => type.GetMethods()
        .Where(method => method.IsDefined(typeof(FactAttribute), inherit: true) && Regex.IsMatch(Name(type, method), filter));

    // So that what never comes to run is known by its name. In one piece: it is complete or not there.
    private void Plan(Type[] types, string filter)
    {
        if (_journal.Count == 0)
        {
            File.WriteAllText(_journalPath, string.Concat(types
                .SelectMany(type => Tests(type, filter).Select(method => JsonSerializer.Serialize(new Entry(Name(type, method), null, Planned)) + "\n"))));
            ReadJournal();
        }
    }

    // Why it cannot pass here, and how that is counted; null where it can.
    private static (string Outcome, string Text)? Reason(MemberInfo? member) => member?.GetCustomAttributesData()
        .Where(data => data.AttributeType == typeof(TraitAttribute) && data.ConstructorArguments is [{ Value: "Windows" or "Wine" }, _])
        .Select(data => ((string, string)?)((string)data.ConstructorArguments[0].Value! == "Wine" ? "Skipped" : NotForWindows, (string)data.ConstructorArguments[1].Value!))
        .OrderBy(reason => reason!.Value.Item1, StringComparer.Ordinal)
        .FirstOrDefault();

    private void Run(Type type, MethodInfo method, string name)
    {
        FactAttribute fact = method.GetCustomAttribute<FactAttribute>()!;
        (string Outcome, string Text)? reason = Reason(type) is { } whole && whole.Text.StartsWith(NotRun, StringComparison.Ordinal) ? whole : Reason(method) ?? Reason(type);
        if (fact.Skip is not null)
        {
            End(name, "Skipped", fact.Skip);
            return;
        }

        if (reason is { } left && left.Text.StartsWith(NotRun, StringComparison.Ordinal))
        {
            End(name, left.Outcome, left.Text[NotRun.Length..]);
            return;
        }

        List<object?[]> rows = [[]];
        if (fact is TheoryAttribute)
        {
            // Data that cannot be made is a failure of its own.
            Exception? exception = Limited(() => rows = [.. method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method)).Select(row => row ?? [null])]);
            if (exception is not null || rows.Count == 0)
            {
                Fail(name, exception ?? new InvalidOperationException("the theory has no data"));
                return;
            }
        }

        bool hasFailed = false;
        string mark = fact is TheoryAttribute ? name + "[mark]" : name;
        bool isMarkTriedAgain = fact is TheoryAttribute && _journal.GetValueOrDefault(mark).Outcome == Again;
        for (int index = 0; index < rows.Count; index++)
        {
            object?[] row = rows[index];
            // The number tells rows apart that look alike.
            string text = fact is TheoryAttribute ? $"{name}[{index}]({string.Join(", ", row.Select(Describe))})" : name;
            (int begun, string? outcome, _) = _journal.GetValueOrDefault(text);
            if (outcome is null or Again || isMarkTriedAgain)
            {
                if (begun == 2 && !isMarkTriedAgain)
                {
                    Fail(text, new InvalidOperationException("the process ended here twice"));
                    continue;
                }

                Note(text, null, string.Empty);
                Exception? failure = Limited(() => Call(type, method, row));
                if (failure is TimeoutException { Source: nameof(Limited) } && begun == 0)
                {
                    // What hangs has spoiled the process. Another one tries it again.
                    Console.WriteLine($"{text}: {failure.Message}");
                    Environment.Exit(3);
                }

                if (failure is null)
                {
                    End(text, "Passed", string.Empty);
                }
                else if (reason is null)
                {
                    Fail(text, failure);
                }
                else
                {
                    End(text, reason.Value.Outcome, reason.Value.Text);
                }
            }

            hasFailed |= _journal[text].Outcome != "Passed";
        }

        if (reason is not null && !hasFailed)
        {
            Fail(mark, new InvalidOperationException($"it passes, so it must not be marked '{reason.Value.Text}'"));
        }
        else if (isMarkTriedAgain)
        {
            End(mark, "Over", string.Empty);
        }

        if (fact is TheoryAttribute)
        {
            End(name, "Over", string.Empty);
        }
    }

    private static void Call(Type type, MethodInfo method, object?[] row)
    {
        object test = Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, type.GetConstructors()[0].GetParameters().Length == 0 ? [] : [new OutputHelper()], CultureInfo.InvariantCulture)!;
        try
        {
            object?[] arguments = [.. method.GetParameters().Select((parameter, index) =>
                index < row.Length ? Fit(row[index], parameter.ParameterType) : parameter.DefaultValue)];
            object? result = method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);
            (result as Task)?.GetAwaiter().GetResult();
        }
        finally
        {
            (test as IDisposable)?.Dispose();
        }
    }

    // An attribute cannot hold every type that a parameter can have.
    private static object? Fit(object? value, Type type)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        return value is not null && !target.IsInstanceOfType(value) && value is IConvertible && !target.IsEnum && typeof(IConvertible).IsAssignableFrom(target)
            ? Convert.ChangeType(value, target, CultureInfo.InvariantCulture)
            : value;
    }

    // One thread for all tests as long as none is late or fails: under Wine a collection of garbage fails where threads
    // have just ended, and a thread on which a test failed does not begin another.
    private Exception? Limited(Action action)
    {
        _worker ??= new Worker();
        bool isOver = _worker.Run(action, Limit, out Exception? exception);
        if (!isOver || exception is not null)
        {
            _worker = null;
        }

        return isOver ? exception : new TimeoutException($"not over after {Limit.TotalSeconds} seconds") { Source = nameof(Limited) };
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => $"\"{(text.Length > 50 ? text[..50] + "..." : text)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private void Fail(string name, Exception exception)
    {
        bool isFirst = _journal.GetValueOrDefault(name) is { Begun: < 2, Outcome: not Again };
        End(name, isFirst ? Again : "Failed", exception.Message);
        string trace = string.Join('\n', (exception.StackTrace ?? string.Empty).Split('\n').Where(line => line.Contains("PSSockets", StringComparison.Ordinal)).Take(6));
        Console.WriteLine($"Failed{(isFirst ? " the first time" : string.Empty)}: {name}\n{exception.GetType().Name}: {exception.Message}\n{trace}");
    }

    private void End(string name, string outcome, string reason)
    {
        _ended += outcome == "Over" ? 0 : 1;
        if (_journal.GetValueOrDefault(name).Outcome != outcome)
        {
            Note(name, outcome, reason);
        }
    }

    private void Note(string name, string? outcome, string reason)
    {
        Entry entry = new(name, outcome, reason);
        File.AppendAllText(_journalPath, JsonSerializer.Serialize(entry) + "\n");
        Take(entry);
    }

    private void Take(Entry entry) => _journal[entry.Name] = (_journal.GetValueOrDefault(entry.Name).Begun + (entry is { Outcome: null, Reason: not Planned } ? 1 : 0), entry.Outcome, entry.Reason);

    private void ReadJournal()
    {
        if (!File.Exists(_journalPath))
        {
            return;
        }

        // The last line of a process that ended may be in pieces.
        if (File.ReadAllText(_journalPath) is [.., not '\n'])
        {
            File.AppendAllText(_journalPath, "\n");
        }

        foreach (string line in File.ReadLines(_journalPath))
        {
            try
            {
                Take(JsonSerializer.Deserialize<Entry>(line)!);
            }
            catch (JsonException)
            {
                Console.WriteLine($"Not read in the journal: {line}");
            }
        }
    }

    private int Save(List<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.WriteLine(problem);
            Note(problem, "Failed", string.Empty);
        }

        foreach ((string name, (_, string? outcome, _)) in _journal.Where(entry => entry.Value.Begun > 1))
        {
            Console.WriteLine($"Run again in another process: {name}: {outcome}");
        }

        File.WriteAllText(resultsPath + ".over", string.Empty);
        return _journal.Values.Any(entry => entry.Outcome == "Failed") ? 1 : 0;
    }

    private sealed record Entry(string Name, string? Outcome, string Reason);
}

/// <summary>What a test writes for its reader.</summary>
internal sealed class OutputHelper : Xunit.Abstractions.ITestOutputHelper
{
    public void WriteLine(string message)
    {
    }

    public void WriteLine(string format, params object[] args)
    {
    }
}

/// <summary>A thread that does one thing after the other.</summary>
internal sealed class Worker
{
    private readonly BlockingCollection<Action> _actions = [];

    public Worker() => new Thread(() =>
    {
        foreach (Action action in _actions.GetConsumingEnumerable())
        {
            action();
        }
    })
    {
        IsBackground = true,
    }.Start();

    /// <summary>Whether the action was over in time, and what it threw.</summary>
    public bool Run(Action action, TimeSpan limit, out Exception? exception)
    {
        TaskCompletionSource<Exception?> over = new();
        _actions.Add(() =>
        {
            try
            {
                action();
                over.SetResult(null);
            }
            catch (Exception failure)
            {
                over.SetResult(failure);
            }
        });
        bool isOver = over.Task.Wait(limit);
        exception = isOver ? over.Task.Result : null;
        return isOver;
    }
}
