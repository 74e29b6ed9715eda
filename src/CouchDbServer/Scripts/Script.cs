using Acornima;
using Cozy.CouchDbServer.Http;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Scripts;

/// <summary>
/// One function of a design document, in an interpreter of its own: it sees JSON in and JSON out, no files, no network, no
/// clock to wait on, and every call has a bound of time, memory and depth. Not for two callers at once.
/// </summary>
internal sealed class Script
{
    private const int MaxRecursion = 200;
    private const int MaxToldSource = 1000;
    private const int MaxArrayLength = 10_000_000;

    // What CouchDB's functions find around them. The functions here take text and give text.
    private const string Surroundings = """
        (function () {
          'use strict';
          var parse = JSON.parse, plain = JSON.stringify, rows = [];

          // The interpreter's own code walks what nests deep without looking at the clock, so it gets nothing that does.
          function write(value, replacer, space) {
            for (var level = [value], depth = 0; level.length > 0; depth++) {
              if (depth > 500) throw new RangeError('nested too deep');
              var next = [];
              for (var i = 0; i < level.length; i++) {
                var item = level[i];
                if (item !== null && typeof item === 'object') for (var key in item) next.push(item[key]);
              }
              level = next;
            }
            return plain(value, replacer, space);
          }
          JSON.stringify = write;
          return {
            emit: function (key, value) { rows.push([key, value]); },
            sum: function (values) { var total = 0; for (var i = 0; i < values.length; i++) total += values[i]; return total; },
            map: function (f, document) { rows = []; f(parse(document)); return write(rows); },
            passes: function (f, document, request) { return !!f(parse(document), parse(request)); },
            validate: function (f, document, before, user, security) {
              try { f(parse(document), parse(before), parse(user), parse(security)); return ''; }
              catch (thrown) {
                if (thrown === null || typeof thrown !== 'object') throw thrown;
                for (var kind of ['forbidden', 'unauthorized'])
                  if (thrown[kind] !== undefined) return kind + ' ' + (typeof thrown[kind] === 'string' ? thrown[kind] : write(thrown[kind]));
                throw thrown;
              }
            },
            reduce: function (f, keys, values, again) { var r = f(parse(keys), parse(values), again); return write(r === undefined ? null : r); }
          };
        })()
        """;

    private readonly Engine _engine;
    private readonly JsValue _function;
    private readonly JsValue _map;
    private readonly JsValue _passes;
    private readonly JsValue _reduce;
    private readonly JsValue _validate;

    private Script(Engine engine, JsValue function, JsValue surroundings)
    {
        _engine = engine;
        _function = function;
        _map = surroundings.Get("map");
        _passes = surroundings.Get("passes");
        _reduce = surroundings.Get("reduce");
        _validate = surroundings.Get("validate");
    }

    /// <summary>Makes a function ready to be called.</summary>
    /// <exception cref="CouchException">It is none.</exception>
    public static Script Compile(string source, ScriptLimits limits)
    {
        var text = Expression(source);
        if (SyntaxProblem(source) is { } problem)
            throw Uncompiled(problem);
        var engine = new Engine(options =>
        {
            options.LimitMemory(limits.MaxCallBytes).TimeoutInterval(limits.MaxCallTime).LimitRecursion(MaxRecursion);
            options.MaxArraySize(MaxArrayLength).RegexTimeoutInterval(limits.MaxCallTime).DisableStringCompilation();
        });
        var surroundings = engine.Evaluate(Surroundings);
        engine.SetValue("emit", surroundings.Get("emit")).SetValue("sum", surroundings.Get("sum"));
        engine.Execute("var isArray = Array.isArray, toJSON = JSON.stringify, log = function () {};");
        JsValue function;
        try
        {
            function = engine.Evaluate(text);
        }
        catch (JintException failure)
        {
            throw Uncompiled($"{failure.Message} ({text})");
        }

        return function is Jint.Native.Function.Function
            ? new Script(engine, function, surroundings)
            : throw Uncompiled($"Expression does not eval to a function. {text}");
    }

    /// <summary>Why a text is no function, in the words CouchDB's engine has for it; null when it may be one.</summary>
    public static string? SyntaxProblem(string source)
    {
        try
        {
            new Parser().ParseScript(Expression(source));
            return null;
        }
        catch (Exception failure) when (failure is ParseErrorException or InsufficientExecutionStackException)
        {
            // What stands at the end of the source is the parenthesis put around it, not part of it.
            var token = failure is ParseErrorException { Error: { } error } && error.Index < source.Trim().Length
                ? source.Trim().Substring(error.Index, 1)
                : "";
            var text = Expression(source);
            return $"SyntaxError: unexpected token in expression: '{token}' {(text.Length > MaxToldSource ? text[..MaxToldSource] + "…" : text)}";
        }
    }

    /// <summary>What a map emits for a document: <c>[[key, value], …]</c>.</summary>
    /// <exception cref="ScriptException">The function threw.</exception>
    /// <exception cref="CouchException">It takes too much.</exception>
    public string Map(string document) => Call(_map, _function, document).AsString();

    /// <summary>Whether a filter lets a document pass.</summary>
    /// <inheritdoc cref="Map" path="/exception"/>
    public bool Passes(string document, string request) => Call(_passes, _function, document, request).AsBoolean();

    /// <summary>Why a validation function does not let a document be written; null when it does.</summary>
    /// <param name="document">The document as it would be.</param>
    /// <param name="before">What it was; <c>null</c> when it was not there.</param>
    /// <param name="user">Who writes.</param>
    /// <param name="security">The database's <c>_security</c>.</param>
    /// <exception cref="CouchException">It takes too much.</exception>
    public CouchException? Validate(string document, string before, string user, string security)
    {
        try
        {
            var refusal = Call(_validate, _function, document, before, user, security).AsString();
            return refusal.Length == 0 ? null
                : refusal.StartsWith("unauthorized ", StringComparison.Ordinal)
                    ? new CouchException(StatusCodes.Status401Unauthorized, "unauthorized", refusal["unauthorized ".Length..])
                    : Forbidden(refusal["forbidden ".Length..]);
        }
        catch (ScriptException failure)
        {
            // It threw something else, perhaps by mistake: what it does not let pass is not written.
            return Forbidden(failure.Message);
        }
    }

    /// <summary>What a reduce makes of values, as JSON; <paramref name="again"/> when they are what it made before.</summary>
    /// <inheritdoc cref="Map" path="/exception"/>
    public string Reduce(string keys, string values, bool again)
    {
        var result = Call(_reduce, _function, keys, values, again ? JsBoolean.True : JsBoolean.False);
        return result.IsString() ? result.AsString() : "null";
    }

    private JsValue Call(JsValue function, params JsValue[] arguments)
    {
        try
        {
            return _engine.Invoke(function, [.. arguments]);
        }
        catch (Exception failure) when (failure is JavaScriptException or RecursionDepthOverflowException)
        {
            throw new ScriptException(failure.Message);
        }
        catch (Exception failure) when (failure is TimeoutException or MemoryLimitExceededException or JintException
            or System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            throw new CouchException(
                StatusCodes.Status400BadRequest, "function_too_expensive", $"A function of the design document takes too much: {failure.Message}");
        }
    }

    // People end functions with a semicolon, which no expression has.
    private static string Expression(string source) => $"({source.Trim().TrimEnd(';')})";

    private static CouchException Forbidden(string reason) => new(StatusCodes.Status403Forbidden, "forbidden", reason);

    private static CouchException Uncompiled(string reason) =>
        new(StatusCodes.Status400BadRequest, "compilation_error", reason);
}

/// <summary>A function threw.</summary>
internal sealed class ScriptException(string reason) : Exception(reason);
