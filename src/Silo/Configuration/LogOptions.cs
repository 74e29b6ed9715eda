using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace Cozy.Silo.Configuration;

/// <summary>What is logged, and how (section <c>Log</c>). Filters by category go into .NET's own section <c>Logging</c>.</summary>
internal sealed class LogOptions
{
    /// <summary>For people, or a JSON object per line for machines.</summary>
    [EnumDataType(typeof(LogFormat))]
    public LogFormat Format { get; set; } = LogFormat.Simple;

    /// <summary>The least important messages that are written. Those of the framework need a level more.</summary>
    [EnumDataType(typeof(LogLevel))]
    public LogLevel Level { get; set; } = LogLevel.Information;
}

/// <summary>The form of log messages.</summary>
internal enum LogFormat
{
    /// <summary>A line of text.</summary>
    Simple,

    /// <summary>A JSON object per line.</summary>
    Json,
}
