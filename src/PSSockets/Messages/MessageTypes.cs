using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;

namespace PSSockets.Messages;

/// <summary>
/// Makes the type of a format's decoded messages: a class with a typed property for each field. An object with that many note properties would
/// take several times as long to make, and these work with everything that looks at .NET properties, such as ConvertTo-Json.
/// </summary>
internal static class MessageTypes
{
    // .NET takes no names of more than 1023 characters.
    private const int MostNameLetters = 1000;

    private static readonly ConcurrentDictionary<string, Func<MessageFormat, byte[]?, object[]?, BinaryMessage>> s_made = new(StringComparer.Ordinal);
    private static readonly Type[] s_parameters = [typeof(MessageFormat), typeof(byte[]), typeof(object[])];
    private static readonly ConstructorInfo s_baseConstructor = typeof(BinaryMessage).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, s_parameters)!;
    private static readonly MethodInfo s_get = typeof(BinaryMessage).GetMethod("GetValue", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo s_getNumber = typeof(BinaryMessage).GetMethod("GetNumber", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo s_set = typeof(BinaryMessage).GetMethod("SetValue", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>What makes the object of a decoded message. Formats of one name with the same fields share it.</summary>
    public static Func<MessageFormat, byte[]?, object[]?, BinaryMessage> FactoryFor(MessageFormat format)
    {
        string signature = $"{format.Name}\n{string.Join('\n', format.FieldArray.Select(field => $"{field.Name}:{MessageDecoder.ValueType(field).Name}"))}";
        return s_made.GetOrAdd(signature, _ => Make(format));
    }

    private static Func<MessageFormat, byte[]?, object[]?, BinaryMessage> Make(MessageFormat format)
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("PSSockets.Messages"), AssemblyBuilderAccess.Run);
        TypeBuilder type = assembly.DefineDynamicModule("PSSockets.Messages").DefineType(TypeName(format.Name), TypeAttributes.Public | TypeAttributes.Sealed, typeof(BinaryMessage));

        ConstructorBuilder constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, s_parameters);
        ILGenerator code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Ldarg_3);
        code.Emit(OpCodes.Call, s_baseConstructor);
        code.Emit(OpCodes.Ret);

        for (int position = 0; position < format.FieldArray.Length; position++)
        {
            AddProperty(type, format.FieldArray[position].Name, MessageDecoder.ValueType(format.FieldArray[position]), position);
        }

        MethodBuilder factory = type.DefineMethod("Create", MethodAttributes.Assembly | MethodAttributes.Static, typeof(BinaryMessage), s_parameters);
        code = factory.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Newobj, constructor);
        code.Emit(OpCodes.Ret);

        return type.CreateType().GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Func<MessageFormat, byte[]?, object[]?, BinaryMessage>>();
    }

    private static void AddProperty(TypeBuilder type, string name, Type valueType, int position)
    {
        const MethodAttributes Accessor = MethodAttributes.Public | MethodAttributes.SpecialName | MethodAttributes.HideBySig;
        PropertyBuilder property = type.DefineProperty(name, PropertyAttributes.None, valueType, null);

        MethodBuilder getter = type.DefineMethod($"get_{name}", Accessor, valueType, Type.EmptyTypes);
        ILGenerator code = getter.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldc_I4, position);
        code.Emit(OpCodes.Call, valueType.IsValueType ? s_getNumber : s_get);
        code.Emit(OpCodes.Unbox_Any, valueType);
        code.Emit(OpCodes.Ret);
        property.SetGetMethod(getter);

        MethodBuilder setter = type.DefineMethod($"set_{name}", Accessor, null, [valueType]);
        code = setter.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldc_I4, position);
        code.Emit(OpCodes.Ldarg_1);
        if (valueType.IsValueType)
        {
            code.Emit(OpCodes.Box, valueType);
        }

        code.Emit(OpCodes.Call, s_set);
        code.Emit(OpCodes.Ret);
        property.SetSetMethod(setter);
    }

    // What means something else in the name of a .NET type becomes an underscore.
    private static string TypeName(string name)
    {
        StringBuilder typeName = new("PSSockets.Message");
        if (name.Length > 0)
        {
            typeName.Append('.');
            foreach (char letter in name.Length > MostNameLetters ? name[..MostNameLetters] : name)
            {
                typeName.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_');
            }
        }

        return typeName.ToString();
    }
}
