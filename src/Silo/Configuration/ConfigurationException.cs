namespace Cozy.Silo.Configuration;

/// <summary>The configuration is wrong; the message says where, in one line.</summary>
internal sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
